"""What agents are to bring and do bring: use cases, baselines, benefits, assumptions, and the arithmetic of returns."""
