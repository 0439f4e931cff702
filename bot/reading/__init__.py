"""The read-only door to the networks and the readers of untrusted text."""
