"""What holds for every test."""

import signal

from hypothesis import settings

# A shared machine stalls now and then: how long an example took says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and so would every program that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
