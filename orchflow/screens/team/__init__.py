"""People, teams and the reader's own account."""
