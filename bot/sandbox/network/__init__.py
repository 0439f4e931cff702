"""The network stand-in: Mastodon, Hacker News and a forum feed, read on one port, written on another."""
