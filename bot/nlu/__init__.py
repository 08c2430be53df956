"""Graph components for config.yml, and what they are made of."""
