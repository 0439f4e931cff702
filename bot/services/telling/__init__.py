"""What is told to whom and when: rings, digests and the messages that stand in Slack."""
