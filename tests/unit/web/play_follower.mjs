/**
 * Plays walks with the follower of the visitor's pages.
 *
 *     node play_follower.mjs FOLLOWER CASES
 *
 * A case has a `legend` and `requests`: `fixes`, what was `said`, and where something changed
 * before, the `revised` legend or another `token` to begin with. Prints for each case the answer
 * to each request, or the code of the refusal.
 */

import { readFileSync } from "node:fs";

const [address, cases] = process.argv.slice(2);
const { Follower } = await import(address);

function play({ legend, requests }) {
  let follower = new Follower(legend, null);
  return requests.map(({ fixes, said, revised, token }) => {
    if (token) follower = new Follower(legend, token);
    if (revised) follower.revise(revised);
    try {
      const { events, next } = follower.advance(fixes, said);
      return { events, next, progress: follower.progress };
    } catch (error) {
      return { refused: error.code, progress: follower.progress };
    }
  });
}

console.log(JSON.stringify(JSON.parse(readFileSync(cases, "utf8")).map(play)));
