"""What the watches noticed."""
