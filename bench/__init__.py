"""Measures the speeds that the design promises."""

import os

# Parts of Streamlit are imported without a page around them, which it would warn about in between the figures.
os.environ.setdefault("STREAMLIT_LOGGER_LEVEL", "error")
