"""What arms reached: survival, response, harm."""
