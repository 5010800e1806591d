"""What happens in a half-term: one file a mechanism, each a few short rules and the loop that applies them to rows."""
