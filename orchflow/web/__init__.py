"""The web server around the pages and the API, and what it refuses."""
