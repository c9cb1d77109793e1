"""Pure decisions: which route a request takes, which backend answers it, whether it is captured. No I/O, no clock."""
