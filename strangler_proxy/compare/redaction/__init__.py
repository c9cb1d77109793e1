"""Private data taken out: what gives it away, by its name or its own shape, in each kind of body."""
