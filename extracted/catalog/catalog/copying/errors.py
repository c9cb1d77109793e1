class CopyRefused(Exception):
    """Nothing was changed in the service's database; the message says what is wrong, where, and how to mend it."""
