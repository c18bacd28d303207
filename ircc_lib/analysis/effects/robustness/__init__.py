"""What the pooled hazard ratios depend on: single trials, small trials, choices of what to pool."""
