"""A lesson without a server: as one HTML file, as slides, and as an animation."""
