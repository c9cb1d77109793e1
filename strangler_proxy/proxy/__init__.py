"""The data plane: sockets in, sockets out. Imports no Django."""
