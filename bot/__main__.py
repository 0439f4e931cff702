"""`python -m bot`, and what the command `byhand` starts."""

from __future__ import annotations

from bot.cli import main

if __name__ == "__main__":
    main()
