"""Rows in, domain values out; no session leaves this room."""
