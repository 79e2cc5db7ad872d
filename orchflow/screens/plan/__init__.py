"""The screens of the section Plan."""
