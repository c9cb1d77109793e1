"""The dashboard: pages that the server makes whole, each also as JSON."""
