"""Measures the speeds that the design promises."""

import logging

# Parts of Streamlit are imported without a page around them, which it would warn about in between the figures.
for name in ("runtime.scriptrunner_utils.script_run_context", "runtime.caching.cache_data_api"):
    logging.getLogger(f"streamlit.{name}").disabled = True
