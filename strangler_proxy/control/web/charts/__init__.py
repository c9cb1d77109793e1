"""Charts as SVG, made on the server: no script draws, and each has its numbers as a table beside it. Pure."""
