"""A fake payment gateway that ships with the shop; it knows nothing of it. Start it with `manage.py fakegateway`."""
