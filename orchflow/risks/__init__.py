"""What could go wrong, what is done about it, and what did: risks, their reviews, incidents."""
