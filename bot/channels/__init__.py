"""Where visitors write: a folder a channel, and what they share. Each is named by its class in credentials.yml."""
