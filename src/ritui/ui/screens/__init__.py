"""What each screen shows and asks."""
