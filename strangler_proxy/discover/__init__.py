"""What a monolith is made of, found by asking the project itself."""
