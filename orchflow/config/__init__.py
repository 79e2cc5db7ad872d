"""The settings: where they come from, what they may be, and how the browser changes them."""
