"""Hazard ratios: one per trial, pooled, and what they depend on."""
