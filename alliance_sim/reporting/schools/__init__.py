"""The report on a list of schools as a page, and its map."""
