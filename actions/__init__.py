"""What the assistant answers: the action that Rasa's action server runs, and a module for each kind of reply."""
