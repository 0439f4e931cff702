"""The rules of the loop as pure values and functions: no clock, no input or output."""
