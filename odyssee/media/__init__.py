"""Sound and pictures: bytes in, bytes and measured facts out."""
