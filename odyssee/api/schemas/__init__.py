"""Shapes of the bodies that the API takes and gives."""
