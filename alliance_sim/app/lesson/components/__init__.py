"""The page of the lesson: one frame with a picture for each kind of screen, as Vue templates."""
