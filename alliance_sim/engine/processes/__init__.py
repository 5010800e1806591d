"""The core rules of the model, one file for each process."""
