"""What lets people use agents: trainings, skills, seats and those who help others; and how far they use them."""
