"""The reporting standard: its items, and which report states which."""
