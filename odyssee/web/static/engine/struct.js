// Made from engine/src/struct.ts by engine/build.ts; change it there.
/** Layouts of bytes, as Python's `struct`: little-endian, no padding. */

/** What a field holds: a number, or bytes where the format says `s`. */

const SIZES                              = new Map([
  ["B", 1],
  ["H", 2],
  ["I", 4],
  ["d", 8],
]);

/** A layout, from a format of `<`, `B` (1 byte), `H` (2), `I` (4), `d` (double), `12s` (bytes). */
export class Struct {
           size        ;
           #fields                  ;

  constructor(format        ) {
    this.#fields = [...format.matchAll(/(\d*)([BHIds])/g)].flatMap(([, count, kind]) =>
      fieldsOf(kind, count === "" ? 1 : Number(count))
    );
    this.size = this.#fields.reduce((size, field) => size + field.size, 0);
  }

  /** The bytes of the values; a whole number that does not fit is a RangeError. */
  pack(...values                  )             {
    const bytes = new Uint8Array(this.size);
    const view = new DataView(bytes.buffer);
    let at = 0;
    this.#fields.forEach((field, number) => {
      const value = values[number];
      if (typeof value !== "number") bytes.set(value, at);
      else if (field.kind === "d") view.setFloat64(at, value, true);
      else putWhole(view, at, field.size, value);
      at += field.size;
    });
    return bytes;
  }

  /** The values of the bytes from a place on. */
  unpackFrom(bytes            , at        )          {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#fields.map((field) => {
      const start = at;
      at += field.size;
      if (field.kind === "s") return bytes.slice(start, at);
      if (field.kind === "d") return view.getFloat64(start, true);
      if (field.kind === "I") return view.getUint32(start, true);
      return field.kind === "H" ? view.getUint16(start, true) : view.getUint8(start);
    });
  }
}

function fieldsOf(kind        , count        )          {
  if (kind === "s") return [{ kind, size: count }];
  return Array.from({ length: count }, () => ({ kind, size: SIZES.get(kind) ?? 0 }));
}

function putWhole(view          , at        , size        , value        )       {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
    throw new RangeError(`${value} does not fit into ${size} bytes`);
  }
  if (size === 4) view.setUint32(at, value, true);
  else if (size === 2) view.setUint16(at, value, true);
  else view.setUint8(at, value);
}
