/** A riddle: choose, check, ask for a hint, read why. */

import { h, replace } from "./dom.js";
import { inline } from "./markdown.js";
import { words } from "./strings.js";

/**
 * The riddle of a stop.
 * @param {object} riddle a Riddle of the contract
 * @param {string} name unique on the page, for the radio group
 */
export function riddleOf(riddle, name) {
  const answer = h("div", { class: "riddle-answer", role: "status" });
  const hint = h("p", { class: "riddle-hint", role: "status" });
  const choices = riddle.choices.map((choice) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name, value: choice.id }),
      h("span", {}, inline(choice.text)),
    ),
  );
  const form = h(
    "form",
    { class: "riddle", submit: (event) => check(event, riddle, name, answer) },
    h("h4", {}, words.riddle),
    h("fieldset", {}, h("legend", {}, inline(riddle.question)), choices),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "submit", class: "button" }, words.check),
      riddle.hint &&
        h(
          "button",
          {
            type: "button",
            class: "button button-quiet",
            click: () => replace(hint, inline(riddle.hint)),
          },
          words.hint,
        ),
    ),
    hint,
    answer,
  );
  return form;
}

function check(event, riddle, name, answer) {
  event.preventDefault();
  const chosen = new FormData(event.currentTarget).get(name);
  if (chosen === null) {
    replace(answer, h("p", {}, words.choose_first));
  } else if (riddle.answer_ids.includes(chosen)) {
    replace(answer, h("p", { class: "right" }, words.right), explanation(riddle));
  } else {
    const reveal = h(
      "button",
      { type: "button", class: "button button-quiet", click: () => show(riddle, answer) },
      words.reveal,
    );
    replace(answer, h("p", { class: "wrong" }, words.wrong), reveal);
  }
}

function show(riddle, answer) {
  const right = riddle.choices.filter((choice) => riddle.answer_ids.includes(choice.id));
  const said = right.map((choice) => choice.text).join(", ");
  replace(answer, h("p", { class: "right" }, words.answer_was(said)), explanation(riddle));
}

function explanation(riddle) {
  return riddle.explanation && h("p", { class: "explanation" }, inline(riddle.explanation));
}
