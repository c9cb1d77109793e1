"""What is known of a route's differences, gathered from the store and written for a person or a program."""
