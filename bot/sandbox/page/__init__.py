"""The page on which a person uses the Slack stand-in."""
