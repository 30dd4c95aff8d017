"""Where media lie in the private store: under the hash of their bytes."""


def original_key(sha256: str) -> str:
    """Where the bytes that somebody brought are kept, privately."""
    return f"originals/{sha256}"


def rendition_key(sha256: str) -> str:
    """Where an encoded medium waits in the private store until a revision needs it."""
    return f"renditions/{sha256}"
