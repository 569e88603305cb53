"""Deskbell: an agent console for live chat that lives in a terminal."""

__version__ = "0.1.0"
