"""On which assumptions outcomes depend: Morris' screening, then Sobol's indices."""
