"""Where visitors write: one file a channel. Each is named by its class in credentials.yml."""
