"""What a column holds, how it is read and what comes out."""
