"""What a Django project writes differently each time, or in more than one way, without meaning anything by it."""
