"""Pages for visitors, and what serves them."""
