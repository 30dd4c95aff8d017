"""Stores whose network goes away in the middle of something."""

from odyssee.domain.errors import Unavailable


class CutAt:
    """A store on a network that goes away at the n-th write, before or after it."""

    def __init__(self, store: object, number: int, *, after: bool) -> None:
        self._store = store
        self._left = number
        self._after = after

    def __getattr__(self, name: str) -> object:
        deed = getattr(self._store, name)
        if name not in {"put", "put_if_absent"}:
            return deed

        def counted(*args: object, **options: object) -> object:
            self._left -= 1
            if self._left < 0 and not self._after:
                raise Unavailable("the network is gone")
            done = deed(*args, **options)
            if self._left < 0:
                raise Unavailable("the network is gone")
            return done

        return counted
