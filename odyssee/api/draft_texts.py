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
    "version_or_revision": (
        "Donnez « version » ou « revision », l’une des deux.",
        "Give “version” or “revision”, one of the two.",
    ),
    "fixes_too_few": (
        "{found} positions : il en faut au moins {min}, prises sur place sans bouger.",
        "{found} readings: at least {min} are needed, taken on the spot without moving.",
    ),
    "fixes_inaccurate": (
        "{found} positions à {max_m} m près, il en faut {min} : attendez un meilleur signal.",
        "Only {found} readings are within {max_m} m, {min} are needed: wait for a better signal.",
    ),
    "fixes_spread": (
        "Les positions s’étalent sur {spread_m} m ({max_m} au plus) : restez au même endroit.",
        "The readings spread over {spread_m} m ({max_m} at most): stay in one place.",
    ),
    "medium_not_ready": (
        "Ce média n’est pas prêt : attendez qu’il le soit, ou voyez pourquoi il est refusé.",
        "This medium is not ready: wait until it is, or see why it was refused.",
    ),
    "medium_wrong_kind": (
        "Une image est attendue ici, ou un son là où l’on raconte : choisissez un autre média.",
        "A picture is expected here, or a sound where a story is told: choose another medium.",
    ),
    "unknown_file": (
        "Aucun média de ce nom ici : donnez l’identifiant d’un média déposé (POST …/media).",
        "No medium of that name here: give the id of one that was brought (POST …/media).",
    ),
}
