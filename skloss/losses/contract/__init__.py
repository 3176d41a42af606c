"""The contract of a loss, apart from the families that implement it."""
