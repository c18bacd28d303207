"""Claims of the publication, each with the count of ours that answers it."""
