"""Legend trails of the Perche: stories told at the places they belong to."""
