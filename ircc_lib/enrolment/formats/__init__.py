"""What the registry reads: one module per kind of file, each giving a `Bundle`."""
