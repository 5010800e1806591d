"""One page about a study's results that can be opened, mailed and printed."""
