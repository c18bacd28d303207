"""A warm server and its forks, in which notebooks run."""
