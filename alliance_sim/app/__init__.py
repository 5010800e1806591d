"""The page of ``alliance-sim serve``: two school systems with the same random numbers, simulated side by side.

``session`` holds one user's runs and knows no widgets; ``views`` turns runs into data for drawing; ``components`` has
the widgets, one per file; ``page`` puts them together. ``server`` controls access and sets limits.
"""
