// Made from engine/src/bytes.ts by engine/build.ts; change it there.
/** Strings of bytes: joined, compared, and made from text. */

/** All parts in one. */
export function join(...parts                       )             {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two are the same. */
export function isSame(a            , b            )          {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/**
 * The text in UTF-8. Half a pair of surrogates is refused, as Python does;
 * `TextEncoder` would take it for U+FFFD, and two slugs for one.
 */
export function encode(text        )             {
  const bytes           = [];
  for (const character of text) pushUtf8(bytes, character.codePointAt(0) ?? 0);
  return Uint8Array.from(bytes);
}

function pushUtf8(bytes          , code        )       {
  if (code >= 0xd800 && code <= 0xdfff) throw new RangeError("half a pair of surrogates");
  if (code < 0x80) bytes.push(code);
  else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
  else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
  else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
}

function tail(code        )         {
  return 0x80 | (code & 0x3f);
}
