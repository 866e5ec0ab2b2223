"""What one can do, without saying how it looks."""
