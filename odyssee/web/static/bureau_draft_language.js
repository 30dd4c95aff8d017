/** The words of a part in one language: begun, and taken away again when nothing is left of them. */

import { Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";

const FIRST = "fr"; // the language that every text has (domain/legends.py)

/** The choice of how far a text is; a language that is begun is under way. */
export function textStateSpec(at) {
  return { at, label: words.text_state, options: words.text_states, absent: "draft" };
}

/**
 * What a form of words sends for one language: all of it goes when every field is emptied.
 * @param {string} each
 * @param {Part} part
 * @returns {(patch: object, written: string[]) => object} `written`: the title first, the state last
 */
export function inLanguage(each, part) {
  return (patch, written) => {
    const said = written.slice(0, -1).filter((text) => text.trim() !== "");
    const isBegun = part.document.texts[each] !== undefined;
    if (said.length === 0 && each !== FIRST) {
      if (isBegun && hasMore(part.document.texts[each]) && !confirm(words.more_goes)) {
        throw new Refused("kept", { detail: words.language_kept });
      }
      return isBegun ? { texts: { [each]: null } } : {};
    }
    if (written[0].trim() === "") throw new Refused("no_title", { detail: words.title_needed });
    if (!isBegun && patch.texts) patch.texts[each].state ??= written.at(-1);
    return patch;
  };
}

/** Whether a language has words that no field of the form shows. */
function hasMore({ riddle, invitation, illustrations = [], practical = {} }) {
  const isDescribed = illustrations.some(({ alt, credit }) => alt || credit);
  return Boolean(riddle || invitation || isDescribed || Object.keys(practical).length > 0);
}
