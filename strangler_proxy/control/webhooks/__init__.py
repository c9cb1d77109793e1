"""Tells others what happened to routes: each entry of the audit log that they want, at least once."""
