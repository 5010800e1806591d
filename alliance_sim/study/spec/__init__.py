"""What a study asks: its file, its design and the runs that follow."""
