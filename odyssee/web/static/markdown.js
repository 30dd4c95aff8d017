/**
 * The part of CommonMark that our texts use, as nodes: paragraphs, lists, emphasis, links.
 * What it does not know stays text; nothing is ever parsed as HTML.
 */

import { h } from "./dom.js";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
const INLINE = [
  [/\\([!-/:-@[-`{-~])/, (m) => m[1]],
  [/&(amp|lt|gt|quot|nbsp);/, (m) => ENTITIES[m[1]]],
  [/<(https?:\/\/[^\s<>]+)>/, (m) => link(m[1], [m[1]])],
  [
    /\[((?:\\.|[^\]\\])+)\]\(\s*<?([^\s)<>]+)>?(?:\s+"[^"]*")?\s*\)/,
    (m) => link(m[2], inline(m[1])),
  ],
  [/\*\*(?=\S)([^]*?[^\s*]\*?)\*\*/, (m) => [h("strong", {}, inline(m[1]))]],
  [/(?<![\p{L}\p{N}])__(?=\S)([^]*?\S)__(?![\p{L}\p{N}])/u, (m) => [h("strong", {}, inline(m[1]))]],
  [/\*(?=[^\s*])([^]*?[^\s*])\*/, (m) => [h("em", {}, inline(m[1]))]],
  [
    /(?<![\p{L}\p{N}])_(?=[^\s_])([^]*?[^\s_])_(?![\p{L}\p{N}])/u,
    (m) => [h("em", {}, inline(m[1]))],
  ],
  [/(?: {2,}|\\)\n/, () => [h("br")]],
];
const BULLET = /^ {0,3}[-*+] +/;
const NUMBER = /^ {0,3}\d{1,9}[.)] +/;

/** The blocks of a text, ready to be appended. */
export function render(text) {
  return String(text ?? "")
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n+/)
    .map(block)
    .filter(Boolean);
}

/** The inline nodes of a text of one paragraph. */
export function inline(text) {
  let first = null;
  for (const [pattern, build] of INLINE) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, build };
  }
  if (!first) return [text];
  const { match, build } = first;
  const rest = text.slice(match.index + match[0].length);
  return [text.slice(0, match.index), build(match), inline(rest)].flat(Infinity);
}

function block(text) {
  const trimmed = text.replace(/^\n+|\s+$/g, "");
  if (!trimmed.trim()) return null;
  if (BULLET.test(trimmed)) return list("ul", trimmed, BULLET);
  if (NUMBER.test(trimmed)) return list("ol", trimmed, NUMBER);
  const heading = /^#{1,6} +([^\n]*?) *#*$/.exec(trimmed);
  if (heading) return h("p", {}, h("strong", {}, inline(heading[1])));
  return h("p", {}, inline(trimmed.trim()));
}

function list(tag, text, marker) {
  const items = [];
  for (const line of text.split("\n")) {
    if (marker.test(line)) items.push(line.replace(marker, ""));
    else items[items.length - 1] += `\n${line.trim()}`;
  }
  return h(
    tag,
    {},
    items.map((item) => h("li", {}, inline(item))),
  );
}

function link(address, children) {
  const href = safeAddress(address);
  return href ? [h("a", { href, rel: "noopener noreferrer external" }, children)] : children;
}

/** The address if it is of the web, else null: no script, no data, no other scheme. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
