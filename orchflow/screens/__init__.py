"""What screens show, computed and converted for the browser once for all who may see the same.

Page scripts are executed anew in every run; what is cached between runs lives here, in modules that are loaded once.
Caches are keyed by the reader's rights and by the data's version. What is cached as a resource is shared as it is and
never changed: copying it would cost more than drawing it.
"""
