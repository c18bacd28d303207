"""Pages that are made without a notebook: records, data and downloads, the checklist, the explorer."""
