"""How far answers depend on regimes, on the number of seeds and on the order of answers."""
