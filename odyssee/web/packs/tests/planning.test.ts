/** What is chosen, what lacks, what may go: for made-up packs, and for many at random. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Choice, chooseFiles, mediaTypes } from "../src/choosing.ts";
import { PackRefused } from "../src/errors.ts";
import { mediumOf, type PackFile, readManifest, sizeOf, subjectOf } from "../src/manifest.ts";
import {
  checkRises,
  filesOf,
  following,
  namedBy,
  planTaking,
  shownFor,
  verifiedIn,
} from "../src/planning.ts";
import type { KeptPack, WantedPack } from "../src/satchel.ts";
import { aPack, type Dice, diceOf, EVERYTHING, type Making, oneOf } from "./examples.ts";

const SLUG = "dame-de-riants";
const SEEN = { facts: { open: true }, closures: {} };

function manifestOf(making: Making = {}) {
  return readManifest(aPack(making).text, SLUG);
}

function aChoice(choice: Partial<Choice> = {}): Choice {
  return { languages: ["fr"], quality: "standard", able: EVERYTHING, ...choice };
}

function namesOf(making: Making, choice: Partial<Choice>): string[] {
  return chooseFiles(manifestOf(making), aChoice(choice)).map(({ name }) => name);
}

function wanted(making: Making = {}, choice: Partial<Choice> = {}): WantedPack {
  const manifest = manifestOf(making);
  const chosen = aChoice(choice);
  const names = chooseFiles(manifest, chosen).map(({ name }) => name);
  return { slug: SLUG, choice: chosen, seen: SEEN, manifest, names };
}

function kept(making: Making = {}, choice: Partial<Choice> = {}): KeptPack {
  return following(undefined, wanted(making, choice));
}

function refusal(deed: () => unknown): string {
  try {
    deed();
  } catch (error) {
    if (error instanceof PackRefused) return error.code;
    throw error;
  }
  return "taken";
}

test("one sound and one picture of each medium is taken, and words, in one language", () => {
  assert.deepEqual(namesOf({ stops: ["porche"] }, {}), [
    "content.fr.json",
    "stops/porche.fr.json",
    "trail.json",
    "audio/porche.fr.48k.ogg",
    "captions/porche.fr.vtt",
    "pictures/cover-800.avif",
    "pictures/porche-1-800.avif",
  ]);
});

test("a browser gets what it can play and show, whatever its like", () => {
  const old = ['audio/mp4; codecs="mp4a.40.2"', "image/jpeg"];
  const names = namesOf({ stops: ["porche"] }, { able: old });
  assert(names.includes("audio/porche.fr.64k.m4a"));
  assert(names.includes("pictures/cover-800.jpeg"));
  const blind = namesOf({ stops: ["porche"] }, { able: [] });
  assert.deepEqual(blind.filter((name) => /^audio|^pictures/.test(name)), []);
  assert(blind.includes("captions/porche.fr.vtt"));
});

test("the light quality has less of everything but words", () => {
  const names = namesOf({ stops: ["porche"] }, { quality: "light" });
  assert(names.includes("audio/porche.fr.24k.ogg"));
  assert(names.includes("pictures/cover-400.avif"));
});

test("every language is a layer of its own, and what has none comes once", () => {
  const both = namesOf({}, { languages: ["fr", "en"] });
  const apart = ["fr", "en"].map((lang) => namesOf({}, { languages: [lang] }));
  assert.deepEqual(new Set(both), new Set(apart.flat()));
  const shared = apart[0]!.filter((name) => apart[1]!.includes(name));
  assert.deepEqual(shared.filter((name) => /\.(fr|en)\./.test(name)), []);
});

test("a story that was not told in a language comes in French, its words in that language", () => {
  const names = namesOf({ untold: ["lavoir"] }, { languages: ["en"] });
  assert(names.includes("audio/lavoir.fr.48k.ogg"));
  assert(names.includes("captions/lavoir.fr.vtt"));
  assert(names.includes("stops/lavoir.en.json"));
  assert(!names.includes("audio/porche.fr.48k.ogg"));
  assert(!names.includes("stops/lavoir.fr.json"));
});

test("a language that the legend does not speak is answered in its first", () => {
  assert.deepEqual(namesOf({}, { languages: ["pl"] }), namesOf({}, { languages: ["fr"] }));
});

test("the browser is asked about every form that it may not know", () => {
  assert.deepEqual(new Set(mediaTypes(manifestOf())), new Set(EVERYTHING));
});

test("a manifest that says something else than it should is refused", () => {
  const cases: [string, unknown][] = [
    ["unreadable", "<html>Bienvenue</html>"],
    ["unreadable", []],
    ["unreadable", { format: 2 }],
    ["unreadable", { pack: "autre-legende" }],
    ["unreadable", { revision: 0 }],
    ["unreadable", { revision: 1.5 }],
    ["unreadable", { revision: "1" }],
    ["unreadable", { languages: [] }],
    ["unreadable", { files: [] }],
    ["unreadable", { files: null }],
    ["unreadable", { files: { "trail.json": null } }],
    ["unreadable", { min_reader: "1" }],
    ["reader_too_old", { min_reader: 2 }],
  ];
  const file = { sha256: "0".repeat(64), size_bytes: 1, type: "text/vtt", layer: "core" };
  for (
    const bad of [
      { sha256: "../../etc/passwd" },
      { sha256: "A".repeat(64) },
      { size_bytes: -1 },
      {
        size_bytes: 2 ** 60,
      },
      { size_bytes: "1" },
      { type: "" },
      { layer: 3 },
      { lang: 3 },
      { width: "800" },
    ]
  ) {
    cases.push(["unreadable", { files: { "trail.json": { ...file, ...bad } } }]);
  }
  cases.push(["unreadable", { files: { a: file, b: { ...file, size_bytes: 2 } } }]);
  for (const [code, told] of cases) {
    const isWhole = typeof told === "string" || Array.isArray(told);
    const text = isWhole ? String(told) : aPack({ more: told as Record<string, unknown> }).text;
    assert.equal(refusal(() => readManifest(text, SLUG)), code, JSON.stringify(told));
  }
});

test("what is not known yet does no harm", () => {
  const file = { sha256: "0".repeat(64), size_bytes: 1, type: "model/gltf+json", layer: "models" };
  const { files } = JSON.parse(aPack().text);
  const more = { files: { ...files, "models/dame.gltf": file }, signed_by: "l’office" };
  assert.deepEqual(readManifest(aPack({ more }).text, SLUG), manifestOf());
});

test("a revision only rises", () => {
  assert.equal(
    refusal(() => checkRises(kept({ revision: 3 }), manifestOf({ revision: 2 }))),
    "older",
  );
  for (const revision of [3, 4]) checkRises(kept({ revision: 3 }), manifestOf({ revision }));
  checkRises(undefined, manifestOf());
});

test("after a switch the revision before stays for its readers, another choice of the same not", () => {
  const first = kept();
  const second = following(first, wanted({ revision: 2, words: { porche: "autre" } }));
  assert.deepEqual(second.earlier, [{ manifest: first.manifest, names: first.names }]);
  const light = following(second, wanted({ revision: 2 }, { quality: "light" }));
  assert.deepEqual(light.earlier, second.earlier);
  assert.equal(following(light, wanted({ revision: 3 })).earlier.length, 2);
});

test("another sentence of a stop is all that comes with a new revision", () => {
  const before = kept();
  const after = wanted({ revision: 2, words: { porche: "Prenez à gauche." } });
  const lying = new Map(filesOf(before).map(({ sha256, sizeBytes }) => [sha256, sizeBytes]));
  const { lacking } = planTaking(filesOf(after), lying, verifiedIn([before]));
  const names = filesOf(after).filter(({ sha256 }) => lacking.some((one) => one.sha256 === sha256));
  assert.deepEqual(names.map(({ name }) => name), ["stops/porche.fr.json"]);
});

test("any form of a medium is shown by the one that was taken", () => {
  const pack = kept({}, { quality: "light" });
  const shown = shownFor([pack]);
  const byName = new Map(pack.manifest.files.map((file) => [file.name, file]));
  const stands = (name: string) => {
    const found = shown.get(byName.get(name)!.sha256);
    return pack.manifest.files.find(({ sha256 }) => sha256 === found?.sha256)?.name;
  };
  assert.equal(stands("pictures/cover-1600.webp"), "pictures/cover-400.avif");
  assert.equal(stands("audio/porche.fr.64k.m4a"), "audio/porche.fr.24k.ogg");
  assert.equal(stands("pictures/cover-400.avif"), "pictures/cover-400.avif");
  assert.equal(stands("audio/porche.en.64k.m4a"), undefined);
});

function aMaking(dice: Dice, revision: number): Making {
  const stops = ["porche", "lavoir", "étang", "if.fr.creux"].filter(() => dice() < 0.7);
  return {
    revision,
    languages: oneOf(dice, [["fr"], ["fr", "en"], ["en", "fr", "pl"]]),
    stops,
    untold: stops.filter(() => dice() < 0.3),
    words: Object.fromEntries(stops.map((stop) => [stop, oneOf(dice, ["a", "b"])])),
    sizes: () => Math.floor(dice() * 1000),
  };
}

function choiceAtRandom(dice: Dice): Partial<Choice> {
  return {
    languages: ["fr", "en", "pl", "br"].filter(() => dice() < 0.5),
    quality: oneOf(dice, ["light", "standard"]),
    able: EVERYTHING.filter(() => dice() < 0.7),
  };
}

test("for any pack and choice: each medium once, the words whole, what is there not again", () => {
  for (let seed = 0; seed < 300; seed++) {
    const dice = diceOf(seed);
    const pack = wanted(aMaking(dice, 1), choiceAtRandom(dice));
    const files = filesOf(pack);
    const media = files.map(mediumOf);
    assert.equal(new Set(media).size, media.length, `seed ${seed}: a medium twice`);
    checkWords(pack, files, seed);

    const lying = new Map(
      files.filter(() => dice() < 0.6).map((file) => [
        file.sha256,
        oneOf(dice, [0, file.sizeBytes, Math.floor(dice() * file.sizeBytes), file.sizeBytes + 1]),
      ]),
    );
    const verified = new Set(files.filter(() => dice() < 0.5).map(({ sha256 }) => sha256));
    const plan = planTaking(files, lying, verified);
    assert.equal(plan.totalBytes, sizeOf(files));
    assert(plan.missingBytes >= 0 && plan.missingBytes <= plan.totalBytes);
    const lacking = new Set(plan.lacking.map(({ sha256 }) => sha256));
    assert.equal(lacking.size, plan.lacking.length);
    for (const { sha256, sizeBytes } of files) {
      const isHere = verified.has(sha256) && lying.get(sha256) === sizeBytes;
      assert.equal(lacking.has(sha256), !isHere, `seed ${seed}`);
    }
    for (const { haveBytes, sizeBytes } of plan.lacking) {
      assert(haveBytes >= 0 && haveBytes <= sizeBytes, `seed ${seed}`);
    }
  }
});

/** Every word in some language that was asked for, and every sound that the browser plays. */
function checkWords(pack: WantedPack, files: readonly PackFile[], seed: number): void {
  const { manifest, choice } = pack;
  const taken = new Set(files.map(({ name }) => name));
  const asked = manifest.languages.filter((lang) => choice.languages.includes(lang));
  for (const lang of asked.length > 0 ? asked : manifest.languages.slice(0, 1)) {
    for (const file of manifest.files) {
      if (file.layer === "core" && (file.lang === null || file.lang === lang)) {
        assert(taken.has(file.name), `seed ${seed}: ${file.name}`);
      }
      const isOwn = file.lang === lang && file.codec !== null;
      if (isOwn && choice.able.includes(`${file.type}; codecs="${file.codec}"`)) {
        const same = files.some((one) => mediumOf(one) === mediumOf(file));
        assert(same, `seed ${seed}: nothing tells ${subjectOf(file)} in ${lang}`);
      }
    }
  }
}

test("for any packs: what a kept or wanted pack needs is no garbage", () => {
  for (let seed = 0; seed < 60; seed++) {
    const dice = diceOf(seed);
    let pack = kept(aMaking(dice, 1), choiceAtRandom(dice));
    for (let revision = 2; revision < 5; revision++) {
      pack = following(pack, wanted(aMaking(dice, revision), choiceAtRandom(dice)));
    }
    const next = wanted(aMaking(dice, 9), choiceAtRandom(dice));
    const named = namedBy([pack], [next]);
    for (const taken of [pack, ...pack.earlier, next]) {
      assert(filesOf(taken).every(({ sha256 }) => named.has(sha256)), `seed ${seed}`);
    }
    const shown = shownFor([pack]);
    for (const { sha256 } of filesOf(pack)) assert.equal(shown.get(sha256)?.sha256, sha256);
    assert([...shown.values()].every(({ sha256 }) => verifiedIn([pack]).has(sha256)));
  }
});
