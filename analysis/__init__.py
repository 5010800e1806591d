"""Turn results into evidence: what the model shows, how certain it is, and where it disagrees with a source."""
