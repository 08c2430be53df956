"""A new document: its sentences as proposals of facts, for a curator to edit. Nothing that exists is overwritten."""
