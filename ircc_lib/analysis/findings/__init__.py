"""What is known, how sure it is, and what is missing: the summary of findings."""
