"""Results become evidence: what the model shows, how surely, and where it does not show what a source claims."""
