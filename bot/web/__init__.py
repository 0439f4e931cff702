"""What comes in over HTTP: Slack's requests, mentions handed to us, health, and secrets typed here."""
