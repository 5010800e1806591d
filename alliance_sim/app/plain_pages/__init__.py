"""Pages without Solara: what phones show, and the lesson as one file. They share a plot and a style."""
