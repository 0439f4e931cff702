"""The use cases, each over small ports."""
