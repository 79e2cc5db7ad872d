"""The plan as files hold it: records in a neutral form, and how they and the store are brought together."""
