"""The widgets of the page, one Vue file and one Python file each."""
