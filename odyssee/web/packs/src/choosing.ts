/** Which files of a pack a phone takes: one form of each sound and picture, in some languages. */

import { type Manifest, mediaTypeOf, mediumOf, type PackFile, subjectOf } from "./manifest.ts";

/** `light` for a small screen and few bytes, `standard` for a good one. */
export type Quality = "light" | "standard";

export interface Choice {
  /** The languages to take; those that the legend does not speak count for nothing. */
  readonly languages: readonly string[];
  readonly quality: Quality;
  /** The media types that this browser plays and shows, as `mediaTypes` told them. */
  readonly able: readonly string[];
}

/** What stands in where a story was not told in a language yet (contract: a missing text). */
const FALLBACK = "fr";
/** Opus sounds better than AAC in two thirds of its bytes; other sounds come after these. */
const CODECS = ["opus", "mp4a.40.2"];
const PICTURES = ["image/avif", "image/webp", "image/jpeg"];
const WIDTHS: Readonly<Record<Quality, number>> = { light: 400, standard: 800 };
const RANKS: readonly string[] = ["core", "audio", "pictures"];

/** Every media type of a manifest that a browser may not know, to be asked about. */
export function mediaTypes(manifest: Manifest): string[] {
  const chosenBy = manifest.files.filter((file) => mediumOf(file) !== file.name);
  return [...new Set(chosenBy.map(mediaTypeOf))];
}

/**
 * The files to take, in the order in which to fetch them: words, sounds, pictures. No map: the
 * pages draw their own.
 */
export function chooseFiles(manifest: Manifest, choice: Choice): PackFile[] {
  const spoken = languagesOf(manifest, choice.languages);
  const files = manifest.files.filter(({ layer }) => RANKS.includes(layer));
  const wanted = [
    ...files.filter(({ lang }) => lang === null),
    ...inLanguages(files.filter(({ lang }) => lang !== null), spoken),
  ];
  return grouped(wanted, mediumOf)
    .flatMap((forms) => bestForm(forms, choice) ?? [])
    .sort((a, b) => RANKS.indexOf(a.layer) - RANKS.indexOf(b.layer) || compare(a.name, b.name));
}

/** The asked languages that the legend speaks; its first one where it speaks none of them. */
export function languagesOf(manifest: Manifest, asked: readonly string[]): string[] {
  const spoken = manifest.languages.filter((lang) => asked.includes(lang));
  return spoken.length > 0 ? spoken : manifest.languages.slice(0, 1);
}

/** In each language its own file; the one in French where there is none. */
function inLanguages(files: readonly PackFile[], spoken: readonly string[]): Set<PackFile> {
  const chosen = new Set<PackFile>();
  for (const versions of grouped(files, subjectOf)) {
    for (const lang of spoken) {
      const own = versions.filter((file) => file.lang === lang);
      const taken = own.length > 0 ? own : versions.filter((file) => file.lang === FALLBACK);
      taken.forEach((file) => chosen.add(file));
    }
  }
  return chosen;
}

/** One of several forms; none where the browser can make nothing of any of them. */
function bestForm(forms: readonly PackFile[], { quality, able }: Choice): PackFile | undefined {
  const [first] = forms;
  if (first === undefined || mediumOf(first) === first.name) return first;
  const usable = forms.filter((file) => able.includes(mediaTypeOf(file)));
  return first.layer === "audio" ? bestSound(usable, quality) : bestPicture(usable, quality);
}

function bestSound(forms: readonly PackFile[], quality: Quality): PackFile | undefined {
  if (quality === "light") return least(forms, ({ sizeBytes }) => sizeBytes);
  const rank = ({ codec }: PackFile) => rankIn(CODECS, codec ?? "");
  const best = Math.min(...forms.map(rank));
  return least(forms.filter((file) => rank(file) === best), ({ sizeBytes }) => -sizeBytes);
}

function bestPicture(forms: readonly PackFile[], quality: Quality): PackFile | undefined {
  const rank = ({ type }: PackFile) => rankIn(PICTURES, type);
  const best = Math.min(...forms.map(rank));
  const shown = forms.filter((file) => rank(file) === best);
  const wide = shown.filter(({ width }) => (width ?? 0) >= WIDTHS[quality]);
  return least(wide, ({ width }) => width ?? 0) ?? least(shown, ({ width }) => -(width ?? 0));
}

function grouped(files: readonly PackFile[], by: (file: PackFile) => string): PackFile[][] {
  const groups = new Map<string, PackFile[]>();
  for (const file of files) groups.set(by(file), [...(groups.get(by(file)) ?? []), file]);
  return [...groups.values()];
}

function rankIn(known: readonly string[], name: string): number {
  return known.includes(name) ? known.indexOf(name) : known.length;
}

/** The least by a measure, and by its name where several are: every phone chooses the same. */
function least(
  files: readonly PackFile[],
  measure: (file: PackFile) => number,
): PackFile | undefined {
  return [...files].sort((a, b) => measure(a) - measure(b) || compare(a.name, b.name))[0];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
