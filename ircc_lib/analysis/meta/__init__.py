"""Meta-analysis: methods that take numbers and know no registry. Their names for notebooks are in `ircc_lib.meta`."""
