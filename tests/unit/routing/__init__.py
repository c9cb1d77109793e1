"""Routing decisions: held against Django itself, and against the simplest way to decide the same."""
