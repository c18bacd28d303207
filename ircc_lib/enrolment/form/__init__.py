"""The forms that a registrar sees: the empty workbook, the checked one, and the lists of what is allowed."""
