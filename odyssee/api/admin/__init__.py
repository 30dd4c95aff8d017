"""Admin routes: who may enter, and what they do at the desk."""
