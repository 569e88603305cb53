"""Wires everybody together; the one place that knows them all."""
