"""What comes in over HTTP: Slack's requests, health, and secrets typed on a page of this machine."""
