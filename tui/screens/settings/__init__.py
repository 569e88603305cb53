"""The settings screen: every setting of the schema as a row, changed by keys, acting and saved at once."""
