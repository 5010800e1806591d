"""Results exported for other tools."""
