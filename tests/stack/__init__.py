"""Starts the real parts - shop, services, proxy - as processes on free ports, for the demo and the tests alike."""
