"""The command `strangler`: one module a verb group; parse, call, render, exit code."""
