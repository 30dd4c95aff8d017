"""The door for JSON over HTTP."""
