"""Why a draft is not kept as it was sent: French, English."""

from collections.abc import Mapping

DRAFT_ERRORS: Mapping[str, tuple[str, str]] = {
    "slug_taken": (
        "Le nom court « {slug} » est déjà pris : choisissez-en un autre.",
        "The slug “{slug}” is taken already: choose another.",
    ),
    "still_published": (
        "Cette légende est en ligne : retirez-la d’abord (DELETE …/publication).",
        "This legend is published: take it back first (DELETE …/publication).",
    ),
}
DRAFT_FIELDS: Mapping[str, tuple[str, str]] = {
    "slug_fixed": (
        "Un nom court ne change pas : il est dans les adresses et sur les QR codes.",
        "A slug does not change: it stands in addresses and on printed codes.",
    ),
    "stops_elsewhere": (
        "Les étapes se changent une à une, sous …/stops/, et leur ordre par …/order.",
        "Stops are changed one by one, under …/stops/, and their order by …/order.",
    ),
    "not_the_set": (
        "L’ordre nomme chaque étape une fois : manquent {missing} ; en trop {extra}.",
        "The order names every stop once: missing {missing}; too many {extra}.",
    ),
    "nested_too_deep": ("Plus de {max} niveaux imbriqués.", "Nested more than {max} deep."),
    "key_too_long": (
        "Un nom de champ dépasse {max} caractères.",
        "The name of a field has more than {max} characters.",
    ),
    "draft_too_large": (
        "Le brouillon dépasserait {max_kb} Ko : raccourcissez les textes ou le tracé.",
        "The draft would be over {max_kb} KB: shorten its texts or its route.",
    ),
    "unknown_file": (
        "Aucun média de ce nom ici : donnez l’identifiant d’un média déposé (POST …/media).",
        "No medium of that name here: give the id of one that was brought (POST …/media).",
    ),
}
