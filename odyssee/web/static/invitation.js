/** An invitation before listening: a small task, or a choice that nobody marks. */

import { h, replace } from "./dom.js";
import { inline, render } from "./markdown.js";
import { words } from "./strings.js";

/**
 * The invitation of a stop. A choice is answered on the page and kept nowhere.
 * @param {object} invitation an Invitation of the API: text, choices [{id, text, reply}]
 * @returns {HTMLElement}
 */
export function invitationOf(invitation) {
  const reply = h("p", { class: "invitation-reply", role: "status" });
  const buttons = invitation.choices.map((choice) =>
    h(
      "button",
      {
        type: "button",
        class: "button button-quiet",
        "aria-pressed": "false",
        click: (event) => choose(event.currentTarget, buttons, choice, reply),
      },
      inline(choice.text),
    ),
  );
  return h(
    "section",
    { class: "invitation" },
    h("h4", {}, words.invitation),
    render(invitation.text),
    buttons.length > 0 && h("div", { class: "buttons" }, buttons),
    reply,
  );
}

function choose(pressed, buttons, choice, reply) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
  replace(reply, inline(choice.reply));
}
