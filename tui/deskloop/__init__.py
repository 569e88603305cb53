"""The desk loop: the thread that watches, decides and rings, apart from the screen loop."""
