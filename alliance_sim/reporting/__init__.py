"""Charts, texts and pages for people to read."""
