"""Data for the pictures on the page, computed from a session."""
