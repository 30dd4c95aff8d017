"""What is told of a walk, in French: events, times, metres, shares."""

EVENTS = {
    "approach": "approche",
    "enter": "entrée",
    "exit": "sortie",
    "dwell": "station",
    "play": "récit",
    "off_trail": "hors du chemin",
    "back_on_trail": "de retour",
    "completed": "parcours achevé",
}
NARROW = "\u202f"
"""The blank before a unit or a percent sign, which does not break."""


def clock_of(elapsed_s: float) -> str:
    """Minutes and seconds since the walk began."""
    minutes, seconds = divmod(round(elapsed_s), 60)
    return f"{minutes:3d} min {seconds:02d}"


def percent(share: float) -> str:
    """A share; one decimal unless it is none or all."""
    digits = 0 if share in {0.0, 1.0} else 1
    return f"{_number(100 * share, digits)}{NARROW}%"


def metres(value: float | None) -> str:
    """Whole metres; a dash where nothing is known."""
    return "–" if value is None else f"{_number(value, 0)}{NARROW}m"


def seconds(value: float | None, *, is_signed: bool = False) -> str:
    """Whole seconds; a dash where nothing is known."""
    if value is None:
        return "–"
    sign = "+" if is_signed and round(value) > 0 else ""
    return f"{sign}{_number(value, 0)}{NARROW}s"


def counted(count: int, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{count}{NARROW}{one if count < 2 else many}"


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".replace(".", ",").replace("-", "−")
    return text.removeprefix("−") if not text.strip("−0,") else text
