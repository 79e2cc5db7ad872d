"""Tables as files, for whatever leaves the product: datasets, the rows of a screen, the plan."""
