"""The way in for programs: the REST API under /api/v1, its tokens and its limits."""
