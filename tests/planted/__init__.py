"""Faults planted one at a time in a copy of the tree, each of which the suite must see."""
