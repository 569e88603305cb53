"""The SQLite engine's own tests: its file, its commits, its failures."""
