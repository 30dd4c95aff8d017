// Made from engine/src/base64url.ts by engine/build.ts; change it there.
/** Base64url by RFC 4648 without padding; any bytes have one spelling, and no other is read. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NUMBERS                              = new Map([...LETTERS].map((letter, n) => [letter, n]));

/** The bytes as letters. */
export function toBase64url(bytes            )         {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = Math.min(3, bytes.length - at);
    const held = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let n = 0; n <= left; n += 1) text += LETTERS[(held >> (18 - 6 * n)) & 63];
  }
  return text;
}

/** The bytes that are spelt so; null where no bytes are. */
export function fromBase64url(text        )                    {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let size = 0;
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const number = NUMBERS.get(letter);
    if (number === undefined) return null;
    held = ((held << 6) | number) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[size] = held >> bits;
      size += 1;
    }
  }
  return toBase64url(bytes) === text ? bytes : null;
}
