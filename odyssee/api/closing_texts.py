"""Why a legend is not withdrawn, or a closure not taken: French, English."""

from collections.abc import Mapping

CLOSING_ERRORS: Mapping[str, tuple[str, str]] = {
    "not_published": (
        "Cette légende n’est pas en ligne : il n’y a rien à retirer.",
        "This legend is not published: there is nothing to take back.",
    ),
    "too_many_closures": (
        "Cette légende a déjà {max} fermetures : levez-en une d’abord.",
        "This legend has {max} closures already: end one first.",
    ),
}
CLOSING_FIELDS: Mapping[str, tuple[str, str]] = {
    "ends_before": (
        "La fin doit venir après le début.",
        "The end must come after the beginning.",
    ),
    "over_already": (
        "Cette fin est déjà passée : donnez-en une à venir, ou aucune.",
        "This end has passed already: give one to come, or none.",
    ),
    "stop_or_stretch": (
        "Une fermeture touche une étape ou un tronçon : retirez l’un des deux.",
        "A closure is of a stop or of a stretch: leave one of them out.",
    ),
    "off_territory": (
        "Cette position est hors du territoire : la longitude vient avant la latitude.",
        "This position lies outside the territory: longitude comes before latitude.",
    ),
}
