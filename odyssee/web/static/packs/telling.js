// Made from packs/src/telling.ts by engine/build.ts; change it there.
/** What workers and pages of one browser tell each other about packs. */

const CHANNEL = "odyssee-packs";

/** How a legend is: said by who fetches it, or read from what lies here. */

/** Listens until it is told to leave; `say` reaches every other listener of this browser. */
export function join(
  listen                            ,
)                                                         {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => listen(data           );
  return { say: (message) => channel.postMessage(message), leave: () => channel.close() };
}
