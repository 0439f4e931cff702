"""One Slack face a file; every sentence is in words.py."""
