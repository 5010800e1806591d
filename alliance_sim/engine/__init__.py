"""The compiled simulation over columns: state, rules and schedule. It knows nothing of Mesa."""
