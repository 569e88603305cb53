"""The contract between the two loops: wishes one way, frozen views the other."""
