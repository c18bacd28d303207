"""How many: trials, patients, tumours, what is stated."""
