"""Trust: keys, signatures and the metadata of The Update Framework; bytes in, bytes out."""
