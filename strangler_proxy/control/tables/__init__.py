"""The tables, by what they are for; `control.models` has them all."""
