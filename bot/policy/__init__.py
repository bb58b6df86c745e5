"""Verbs: pure decisions. They take `now` and never read it, and they touch nothing outside their arguments."""
