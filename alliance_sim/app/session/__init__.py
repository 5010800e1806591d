"""The runs of one user and what can be done with them; no widgets."""
