"""The pages as an API: which documents there are, what can be asked of them, and how a program shows who it is."""
