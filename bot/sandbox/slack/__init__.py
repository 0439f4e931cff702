"""The Slack stand-in: Web API, Socket Mode, and what people do in it."""
