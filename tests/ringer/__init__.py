"""The ringer on a real sound server: what it sounds is recorded and measured."""
