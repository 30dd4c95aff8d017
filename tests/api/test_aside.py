"""Long work beside the event loop keeps nobody else waiting."""

import asyncio
import threading
import time

import pytest

from odyssee.api.public.aside import aside
from odyssee.domain.errors import TooManySteps

WORKS = 4
EACH_S = 0.05


def test_work_is_done_one_after_another_and_the_loop_goes_on_meanwhile() -> None:
    seen: list[tuple[str, int, int]] = []
    doing = threading.Semaphore(1)

    def work(number: int) -> int:
        alone = doing.acquire(blocking=False)
        time.sleep(EACH_S)
        seen.append((threading.current_thread().name, number, alone))
        doing.release()
        return number

    async def play() -> tuple[list[int], int]:
        beats = 0
        coming = asyncio.gather(*(aside(lambda n=n: work(n)) for n in range(WORKS)))
        while not coming.done():
            await asyncio.sleep(EACH_S / 10)
            beats += 1
        return await coming, beats

    made, beats = asyncio.run(play())
    assert made == list(range(WORKS))
    assert [number for _, number, _ in seen] == made
    assert all(alone for _, _, alone in seen)
    assert {name for name, _, _ in seen}.isdisjoint({threading.current_thread().name})
    assert beats > WORKS


def test_what_work_raises_comes_back() -> None:
    def refuse() -> None:
        raise TooManySteps

    with pytest.raises(TooManySteps):
        asyncio.run(aside(refuse))
