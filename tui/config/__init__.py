"""The settings: a frozen schema with a docstring a field, and the TOML file."""
