"""Results of a study for other programs, other people, and archives."""
