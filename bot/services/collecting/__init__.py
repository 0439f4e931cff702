"""From the networks into the store: reading on, looking for answers, and what others hand to us."""
