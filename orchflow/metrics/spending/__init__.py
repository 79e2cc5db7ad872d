"""What is spent by day: what a month comes to, and which days are out of the ordinary."""
