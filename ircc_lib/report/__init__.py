"""How it is run: tasks, kernels and pages."""
