"""From a world to what is drawn of it: numbers and words, no Solara."""
