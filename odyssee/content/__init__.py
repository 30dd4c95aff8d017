"""The folder contenus/, read into domain objects and written back."""
