"""What a file is to the registry: new, there already, changed, doubtful."""
