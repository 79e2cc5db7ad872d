"""What people keep and no source delivers, whatever it is about: read from files, told by names, valid over days, with what changed."""
