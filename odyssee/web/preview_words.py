"""The words of the preview's page, in the languages of the pages."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "site": "Perche Odyssée",
        "title": "Aperçu",
        "skip": "Aller au contenu",
        "switch": "Langue",
        "notice": "Aperçu d’un brouillon, jusqu’au {ends_at}. Ne le diffusez pas.",
        "missing": "Cette adresse n’ouvre aucun aperçu : vérifiez qu’elle est entière.",
        "over": "Cet aperçu est terminé, ou le brouillon a changé : demandez une nouvelle adresse.",
        "away": "L’aperçu ne peut pas être montré maintenant : réessayez dans un instant.",
    },
    "en": {
        "site": "Perche Odyssée",
        "title": "Preview",
        "skip": "Skip to content",
        "switch": "Language",
        "notice": "Preview of a draft, until {ends_at}. Do not publish it or pass it on.",
        "missing": "This address opens no preview: check that it is whole.",
        "over": "This preview is over, or the draft has changed: ask for a new address.",
        "away": "The preview cannot be shown now: try again in a moment.",
    },
}
