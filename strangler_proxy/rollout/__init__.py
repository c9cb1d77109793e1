"""How a route climbs and goes back: the table of stages, and what each step asks for."""
