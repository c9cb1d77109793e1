"""Take a Django monolith apart one endpoint at a time, while it serves users."""

__version__ = "0.1.0"
