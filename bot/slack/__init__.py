"""One Slack face a file; every sentence is in words.py, or in responses.py when it answers one person."""
