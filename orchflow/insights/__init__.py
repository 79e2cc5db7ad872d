"""What the figures on the screens are: reads over the warehouse's rollups, one definition each."""
