"""The list of abbreviations: to insert, to send at once, to add, change and delete."""
