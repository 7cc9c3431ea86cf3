"""What the drills came to, for people: the same words for the table of the command line and for the page that a leader opens."""
