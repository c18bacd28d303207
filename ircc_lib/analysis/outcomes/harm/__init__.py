"""Harm: counts of adverse events, severe harm, both arms side by side, what is only said, and all in short."""
