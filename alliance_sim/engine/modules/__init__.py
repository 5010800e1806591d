"""Optional processes, one file each, and their registry."""
