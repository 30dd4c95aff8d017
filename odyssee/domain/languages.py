"""Codes of languages, as files and documents name them."""

import re

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""BCP 47, as far as texts are told apart here."""
