"""Rasa as this project starts it."""
