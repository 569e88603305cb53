"""Past contacts on the screen: the search, a transcript read again, the visitor panel, export and copy."""
