"""What the proxy costs beside others, measured in one run: `make bench`."""
