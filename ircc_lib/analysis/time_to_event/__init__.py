"""Survival analysis: methods that take times and events and know no registry."""
