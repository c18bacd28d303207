"""What a trial is: from reported text to checked and cleaned tables."""
