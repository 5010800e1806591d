"""The page's parts: a component a file, its markup beside it in a file of the same name."""
