"""The page and the loader, in a real browser."""
