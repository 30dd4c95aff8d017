"""Why a recording, its captions or a spoken text is refused, with the cure."""

from odyssee.api.texts import Sentences

SOUND: Sentences = {
    "empty": ("le fichier est vide : copiez-le de nouveau.", "the file is empty: copy it again."),
    "not_a_recording": (
        "ce n’est pas un son lisible ({found}) : exportez en WAV, FLAC, MP3, m4a ou Ogg.",
        "not a readable sound ({found}): export it as WAV, FLAC, MP3, m4a or Ogg.",
    ),
    "recording_damaged": (
        "l’enregistrement est abîmé : exportez-le de nouveau.",
        "the recording is damaged: export it again.",
    ),
    "recording_truncated": (
        "le fichier annonce {claimed_s} s et n’en contient que {decoded_s} : copiez-le de nouveau.",
        "the file claims {claimed_s} s and holds {decoded_s}: copy it again.",
    ),
    "recording_silent": (
        "l’enregistrement est presque muet ({lufs} LUFS) : vérifiez le micro choisi.",
        "the recording is nearly silent ({lufs} LUFS): see which microphone was chosen.",
    ),
    "recording_too_quiet": (
        (
            "l’enregistrement est trop faible ({lufs} LUFS, {min_lufs} au moins) : "
            "montez le niveau d’entrée et recommencez la prise."
        ),
        (
            "the recording is too quiet ({lufs} LUFS, {min_lufs} at least): "
            "raise the input and record it again."
        ),
    ),
    "recording_clipped": (
        "l’enregistrement est saturé : baissez le niveau d’entrée et recommencez la prise.",
        "the recording is clipped: lower the input and record it again.",
    ),
    "recording_noisy": (
        (
            "la voix ne dépasse le bruit que de {over_db} dB ({min_over_db} au moins) : "
            "changez de pièce ou rapprochez le micro."
        ),
        (
            "the voice stands only {over_db} dB over the noise ({min_over_db} at least): "
            "change the room or bring the microphone nearer."
        ),
    ),
    "recording_too_long": (
        "l’enregistrement dure {duration_s} s : {max_duration_s} au plus.",
        "the recording lasts {duration_s} s: {max_duration_s} at most.",
    ),
    "cannot_level": (
        "le niveau sonore ne peut pas être réglé ({lufs} LUFS) : est-ce bien une voix ?",
        "it cannot be levelled ({lufs} LUFS): is it a voice at all?",
    ),
    "captions_too_large": (
        "les sous-titres dépassent {max_characters} caractères.",
        "the captions are over {max_characters} characters.",
    ),
    "captions_not_webvtt": (
        "ce n’est pas du WebVTT : la première ligne doit être WEBVTT.",
        "this is not WebVTT: its first line must be WEBVTT.",
    ),
    "captions_bad_time": (
        "ligne {line} : les temps s’écrivent 00:01.000 --> 00:04.500, sans réglage après.",
        "line {line}: times are written 00:01.000 --> 00:04.500, with nothing after them.",
    ),
    "captions_out_of_order": (
        "ligne {line} : ce sous-titre commence avant la fin du précédent.",
        "line {line}: this caption begins before the one above it ends.",
    ),
    "captions_too_late": (
        "ligne {line} : ce sous-titre finit après le son, qui dure {duration_s} s.",
        "line {line}: this caption ends after the sound, which lasts {duration_s} s.",
    ),
    "captions_bad_character": (
        "ligne {line} : un caractère de contrôle ou illisible s’y trouve, retirez-le.",
        "line {line}: it holds a control or unreadable character, take it out.",
    ),
    "captions_blank_line": (
        "ligne {line} : laissez une ligne vide avant chaque sous-titre.",
        "line {line}: leave an empty line before each caption.",
    ),
    "captions_markup": (
        "ligne {line} : du texte simple est attendu, sans balise (« < » s’écrit &lt;).",
        "line {line}: plain text is expected, without tags (“<” is written &lt;).",
    ),
    "captions_no_words": (
        "ligne {line} : écrivez un texte sous ces temps, ou retirez-les.",
        "line {line}: write a text under these times, or take them out.",
    ),
    "captions_empty": (
        "il n’y a aucun sous-titre : écrivez-en un, ou retirez le fichier.",
        "there is no caption in it: write one, or take the file away.",
    ),
    "nothing_to_say": ("il n’y a rien à dire dans ce texte.", "there is nothing to say in it."),
    "not_speakable": ("la voix ne peut pas dire : {text}.", "the voice cannot say: {text}."),
}
"""By code: French, English."""
