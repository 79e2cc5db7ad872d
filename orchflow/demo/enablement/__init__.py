"""How the simulated organisation trained its people, which seats it bought, and who helps others."""
