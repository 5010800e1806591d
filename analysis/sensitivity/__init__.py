"""On which assumptions outcomes depend (screening, then Sobol's indices), and how often the headline holds."""
