"""Bytes at rest, by key."""
