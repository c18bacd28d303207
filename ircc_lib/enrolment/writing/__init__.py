"""The raw tables as they are and would be: written whole, recorded, taken back."""
