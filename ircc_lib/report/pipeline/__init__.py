"""Tasks, and which of them are up to date."""
