"""Pure: what a capture is, and how two answers are compared. No I/O."""
