"""What somebody does: one public function, one deed, at most one write transaction."""
