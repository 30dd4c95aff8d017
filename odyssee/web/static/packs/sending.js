// Made from packs/src/sending.ts by engine/build.ts; change it there.
/** Answers with bytes that lie here as the server would: whole or in part. */

/** An object, or the one range of it that was asked for (RFC 9110, section 14). */
export function sendObject(bytes      , shown       , asked         )           {
  const { sizeBytes: size, type } = shown;
  const etag = `"${shown.sha256}"`;
  const headers = new Headers({
    "Content-Type": type,
    "ETag": etag,
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
  });
  const condition = asked.get("If-Range");
  const range = condition === null || condition === etag
    ? rangeIn(asked.get("Range") ?? "", size)
    : null;
  if (range === null) {
    headers.set("Content-Length", String(size));
    return new Response(bytes, { headers });
  }
  const [start, end] = range;
  if (start >= end) {
    headers.set("Content-Range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  headers.set("Content-Length", String(end - start));
  return new Response(bytes.slice(start, end), { status: 206, headers });
}

/** A document in its language. */
export function sendJson(document         , lang        )           {
  return new Response(JSON.stringify(document), {
    headers: {
      "Content-Type": "application/json",
      "Content-Language": lang,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

/** Start and end (not included) of a single range; null for the whole, empty when unmet. */
function rangeIn(asked        , size        )                          {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked) ?? [];
  if (first === "" && last === "") return null;
  if (first === "") return [Math.max(0, size - Number(last)), Number(last) > 0 ? size : 0];
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  return [start, last === "" ? size : Math.min(Number(last) + 1, size)];
}
