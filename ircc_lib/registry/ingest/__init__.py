"""Bytes of CSV files to checked tables, with every error found."""
