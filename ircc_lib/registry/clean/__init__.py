"""From checked raw tables to cleaned ones: values under the column's name, the text beside it."""
