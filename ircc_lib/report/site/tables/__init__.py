"""Tables on a page: their cells, which columns stand in a row and which below it, and the same rows as CSV."""
