"""Public routes: they read published packs only."""
