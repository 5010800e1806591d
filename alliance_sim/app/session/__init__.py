"""What one viewer has open, without any widget."""
