"""The catalogue of warnings: one sentence a code and language, so that all trails warn alike."""

from collections.abc import Mapping

UNSURVEYED = "unsurveyed"
"""Added by itself while a stop has not been measured on the ground."""

WARNINGS: Mapping[str, Mapping[str, str]] = {
    "road": {
        "fr": (
            "Le parcours longe ou traverse des routes : regardez avant de traverser, "
            "tenez les enfants par la main et retirez vos écouteurs."
        ),
        "en": (
            "The trail follows or crosses roads: look before you cross, hold children’s hands "
            "and take off your headphones."
        ),
    },
    "water": {
        "fr": "Le parcours passe au bord de l’eau : ne quittez pas les enfants des yeux.",
        "en": "The trail runs beside water: keep children in sight.",
    },
    "steps": {
        "fr": "Le parcours emprunte un grand nombre de marches, glissantes par temps humide.",
        "en": "The trail uses a long flight of steps, slippery in wet weather.",
    },
    "steep": {
        "fr": "Le parcours comporte une forte pente.",
        "en": "The trail includes a steep slope.",
    },
    "night": {
        "fr": "Ce parcours se fait de jour. La nuit, écoutez-le de chez vous.",
        "en": "Walk this trail by day. At night, listen to it at home.",
    },
    "private_ground": {
        "fr": "Des terrains privés bordent le parcours : restez sur la voie publique.",
        "en": "Private ground borders the trail: stay on the public way.",
    },
    "hunting": {
        "fr": "En période de chasse, renseignez-vous en mairie avant de partir.",
        "en": "In the hunting season, ask at the town hall before you set out.",
    },
    UNSURVEYED: {
        "fr": (
            "Ce parcours n’a pas encore été relevé sur le terrain : les emplacements sont "
            "approximatifs et le tracé est une esquisse. Fiez-vous à ce que vous voyez."
        ),
        "en": (
            "This trail has not been surveyed on the ground yet: positions are approximate and "
            "the route is a sketch. Trust what you see."
        ),
    },
}
"""By code, then by language."""


def warning_text(code: str, lang: str) -> str:
    """The sentence of a known code; French where the language has none.

    Raises:
        KeyError: the catalogue has no such code.
    """
    words = WARNINGS[code]
    return words.get(lang, words["fr"])
