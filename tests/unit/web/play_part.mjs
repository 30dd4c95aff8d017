/**
 * Saves parts of a draft with the desk's own module, against a server of three lines.
 *
 *     node play_part.mjs PART
 *
 * Prints what the server has after two saves at once, and what becomes of two saves when somebody
 * else was quicker.
 */

globalThis.document = { documentElement: { lang: "fr" } };
const { Part } = await import(process.argv[2]);

/** Takes a change that names its present tag, after a while; 412 otherwise. */
function serve(list) {
  const state = { list, tag: 1 };
  globalThis.fetch = async (_address, { method, headers, body }) => {
    await new Promise((done) => setTimeout(done, 20));
    if (method === "PATCH" && headers["If-Match"] !== `"${state.tag}"`) {
      return Response.json({ code: "stale" }, { status: 412 });
    }
    if (method === "PATCH") Object.assign(state, { list: JSON.parse(body).list, tag: state.tag + 1 });
    return Response.json({ list: state.list }, { headers: { ETag: `"${state.tag}"` } });
  };
  return state;
}

async function opened(list) {
  const server = serve(list);
  const part = new Part("/legends/x");
  await part.read();
  return { server, part };
}

const more = (word) => (document) => ({ list: [...document.list, word] });

const alone = await opened([]);
await Promise.all([alone.part.change(more("a")), alone.part.change(more("b"))]);

const raced = await opened([]);
const reads = [];
raced.part.whenRead(({ by }) => reads.push(by));
Object.assign(raced.server, { list: ["theirs"], tag: 7 });
const saves = [raced.part.change(more("a")), raced.part.change(more("b"))];
const refusals = (await Promise.allSettled(saves)).map(({ reason }) => reason?.code ?? null);
const kept = [...raced.server.list];
await raced.part.change(more("again"));

console.log(JSON.stringify({ alone: alone.server.list, refusals, kept, reads, after: raced.server.list }));
