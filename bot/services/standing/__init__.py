"""Where each conversation stands, who has it, and what is shown of it."""
