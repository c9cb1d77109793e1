"""What `make demo` runs: the shop, the catalog and the proxy, real traffic, and one route on its way."""
