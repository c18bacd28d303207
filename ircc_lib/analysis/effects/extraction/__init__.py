"""From what a report prints to a log hazard ratio: its evidence, the hierarchy of methods, the choice among them."""
