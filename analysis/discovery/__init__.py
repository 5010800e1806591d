"""Under which conditions collaboration collapses: PRIM on a sweep."""
