"""Data for the pictures and texts of the page, computed from a session."""
