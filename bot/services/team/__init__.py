"""What the team decides about itself: people, days, rules, policies and what is watched."""
