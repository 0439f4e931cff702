"""`byhand try`: who spoke to us and never heard back."""

from __future__ import annotations

import typer


def tried(ctx: typer.Context) -> None:
    """Being written. Example: byhand try x"""
