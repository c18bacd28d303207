"""Pieces on Axes, which know no trial."""
