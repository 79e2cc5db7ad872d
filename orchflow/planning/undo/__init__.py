"""Taking back what a request did, from the history."""
