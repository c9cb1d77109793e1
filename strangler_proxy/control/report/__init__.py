"""What is known of one route, gathered for people: the command and the dashboard show it."""
