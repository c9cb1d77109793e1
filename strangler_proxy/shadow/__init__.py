"""The comparer process: takes captures from the workers."""
