"""Measurements on public data sets: how good the intent model is, beside simpler models and Rasa's own classifier."""
