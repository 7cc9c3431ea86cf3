"""What those who watch see first, and the list that they work through."""
