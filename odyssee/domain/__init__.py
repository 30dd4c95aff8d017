"""The rules: pure functions of their arguments, time included."""
