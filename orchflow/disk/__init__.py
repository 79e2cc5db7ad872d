"""Files of our own on the disk: whole or not there, held by one process, read by nobody else."""
