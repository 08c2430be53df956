"""What is installed: whether it is what the lists say, and what is known against it."""
