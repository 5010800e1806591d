"""The results folder: parts, integrity, lock and manifest."""
