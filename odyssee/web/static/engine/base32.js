// Made from engine/src/base32.ts by engine/build.ts; change it there.
/** Base32 by RFC 4648, in upper case. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The bytes as letters; what is less than five bits at the end is left out. */
export function toBase32(bytes            )         {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(held >> (bits - 5)) & 31];
    held &= 31; // no more than four bits wait for the next byte
  }
  return text;
}
