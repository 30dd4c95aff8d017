"""Why a draft is not walked, reviewed or published: French, English."""

from collections.abc import Mapping

REVIEW_ERRORS: Mapping[str, tuple[str, str]] = {
    "own_draft": (
        "Ce brouillon est de votre main : un autre publicateur doit le relire.",
        "You submitted or last changed this draft: another publisher has to read it.",
    ),
    "changed_since_submitted": (
        "Le brouillon a changé depuis qu’il a été soumis : relisez-le et nommez-le (draft_etag).",
        "The draft changed since it was submitted: read it again and name it (draft_etag).",
    ),
    "approval_needed": (
        "Personne n’a approuvé ce brouillon tel qu’il est : faites-le relire d’abord.",
        "Nobody has approved this draft as it is: have it reviewed first.",
    ),
    "preview_over": (
        "Cet aperçu est terminé, ou le brouillon a changé : demandez une nouvelle adresse.",
        "This preview is over, or the draft has changed: ask for a new address.",
    ),
    "too_many_comments": (
        "Cette légende a déjà {max} remarques : on n’en ajoute plus.",
        "This legend has {max} comments already: no more are taken.",
    ),
}
REVIEW_FIELDS: Mapping[str, tuple[str, str]] = {
    "reason_needed": (
        "Dites pourquoi ces conseils ne sont pas suivis.",
        "Say why this advice is not followed.",
    ),
    "too_many_fixes": (
        "Plus de {max} positions à calculer : moins de marches, ou des positions plus espacées.",
        "More than {max} fixes to work out: fewer walks, or fixes farther apart.",
    ),
}
