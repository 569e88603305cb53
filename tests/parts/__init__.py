"""Real parts for the tests: each starts privately, is driven by the test, and dies with it."""
