"""What each screen draws, in a folder for each section of the sidebar. A script in `pages/` checks the permission and calls it.

Page scripts are executed anew in every run; modules here are loaded once, so what is cached between runs lives here too
(`*_data.py`). Caches are keyed by the reader's rights and by the data's version. What is cached as a resource is shared
as it is and never changed: copying it would cost more than drawing it.
"""
