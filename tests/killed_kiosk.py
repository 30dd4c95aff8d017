"""A kiosk and its server that are killed again and again while they count: `killed_kiosk.py DIR N`.

Each life is a process of its own, ended by SIGKILL at a random moment of adding,
freezing, taking or letting go. Before an event is counted it is written down in
`ledger`, so that somebody else can tell afterwards what should have been counted.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from desk_builders import tools_over
from fleet_builders import DAY, SomeKiosk, settle_kiosk
from people_builders import SetClock

from odyssee.actions import collecting, fleet
from odyssee.db.counter import Counter
from odyssee.domain.batches import Batch, read_counts
from odyssee.domain.people import COMMAND_LINE
from odyssee.domain.statistics import EVENT_TYPES, Cell, Visit

LONGEST_LIFE_S = 0.12


def visit_of(number: int) -> Visit:
    legend = ("dame-de-riants", "le-marcou")[number % 2]
    return Visit(f"{number}", Cell(DAY, legend, "fr", EVENT_TYPES[number % 8]))


class Life:
    """What runs between two starts."""

    def __init__(self, root: Path) -> None:
        self._tools = tools_over(root / "server", SetClock())
        self._kiosk = fleet.list_kiosks(self._tools, COMMAND_LINE).items[0]
        self._counter = Counter(root / "kiosk" / "compteurs.db")
        self._ledger = (root / "ledger").open("ab")
        self._number = (root / "ledger").stat().st_size

    def count(self) -> None:
        """One event more: in the ledger a byte, on the disk before it is counted."""
        self._ledger.write(b".")
        self._ledger.flush()
        os.fsync(self._ledger.fileno())
        self._counter.add_visits([visit_of(self._number)])
        self._number += 1

    def count_again(self) -> None:
        """The event of which nobody knows whether it was counted, as a phone tells it again."""
        if self._number:
            self._counter.add_visits([visit_of(self._number - 1)])

    def bring(self) -> bool:
        frozen = self._counter.freeze()
        if frozen is None:
            return False
        counts = tuple(read_counts(frozen.body))
        batch = Batch(epoch=frozen.epoch, seq=frozen.seq, counts=counts, sha256=frozen.sha256)
        taken = collecting.take_batch(self._tools, self._kiosk, batch)
        return self._counter.settle(frozen, taken.sha256)

    def run(self, luck: random.Random) -> None:
        self.count_again()
        while True:
            self.count()
            if luck.random() < 0.4:
                self.bring()


def main(root: Path, kills: int) -> None:
    tools = tools_over(root / "server", SetClock())
    tools.desk.db.upgrade()
    settle_kiosk(tools, SomeKiosk())
    tools.desk.db.close()
    luck = random.Random(1815)  # noqa: S311 - when a life ends is no secret
    for number in range(kills):
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            life = Life(root)
            os.write(tell, b".")
            life.run(random.Random(number))  # noqa: S311 - as above
        os.close(tell)
        assert os.read(told, 1), "a life ended before it began"
        time.sleep(luck.random() * LONGEST_LIFE_S)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
    last = Life(root)
    last.count_again()
    while last.bring():
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
