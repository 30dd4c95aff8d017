"""The words at the head of a table of statistics: French, English."""

from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, str]] = {
    "day": ("jour", "day"),
    "legend": ("légende", "legend"),
    "stop": ("étape", "stop"),
    "lang": ("langue", "language"),
    "source": ("source", "source"),
    "name": ("borne", "kiosk"),
    "type": ("type", "type"),
    "n": ("nombre", "number"),
    "legend_opened": ("légendes ouvertes", "legends opened"),
    "pack_downloaded": ("légendes emportées", "packs downloaded"),
    "trail_started": ("parcours commencés", "trails started"),
    "narration_started": ("récits commencés", "narrations started"),
    "narration_finished": ("récits écoutés jusqu’au bout", "narrations heard to the end"),
    "riddle_answered": ("devinettes répondues", "riddles answered"),
    "trail_completed": ("parcours finis", "trails completed"),
    "language_chosen": ("langues choisies", "languages chosen"),
    "listening_rate": ("taux d’écoute", "listening rate"),
    "share": ("part des départs", "share of starts"),
    "phones": ("téléphones", "phones"),
    "whole_trail": ("(tout le parcours)", "(whole trail)"),
}
