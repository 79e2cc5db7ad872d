-- no row: the columns of a mirrored table
from {table} limit 0
