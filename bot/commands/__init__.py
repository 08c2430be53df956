"""The commands of `python -m bot`, a module each.

A module has `add_to(commands)`, which adds its parser and sets `run` to what it does: a function of the parsed options
that returns False where the result is bad, and raises `CommandError`, or an error of the room that it calls, where it
could not do what it should.
"""
