"""Plain mode: the console as lines, for screen readers, braille lines and terminals that cannot draw."""
