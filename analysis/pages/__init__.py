"""Pages of analyses: contents, figures, and the folder of results."""
