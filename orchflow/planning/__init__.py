"""The plan: efforts → projects → goals → tasks, sprints, dependencies, and what is said and hung on them."""
