"""What walks routes through their steps, and takes back those whose service fails."""
