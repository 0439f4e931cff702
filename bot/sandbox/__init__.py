"""The Slack and the networks that run at home; imports nothing of bot."""
