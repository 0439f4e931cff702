"""What the conversations gave, in numbers."""
