"""The page's web server: access, limits and headers around Solara's application."""
