/** The point of a picture that stays in sight: shown on it, and in the crops that visitors see. */

import { quiet } from "./bureau_fields.js";
import { pictureOf } from "./bureau_media_list.js";
import { words } from "./bureau_media_strings.js";
import { oneAtATime, problemPlace } from "./bureau_telling.js";
import { h } from "./dom.js";

const CENTRE = { x: 0.5, y: 0.5 };
const SHAPES = ["wide", "square", "tall"];

/**
 * The section that sets it.
 * @param {Held} held
 */
export function focalOf(held) {
  let point = held.asset.focal ?? CENTRE;
  const mark = h("span", { class: "focal-mark", "aria-hidden": "true" });
  const whole = h("div", { class: "focal" }, pictureOf(held.asset, "38rem"), mark);
  const crops = SHAPES.map((shape) =>
    h("div", { class: `crop crop-${shape}` }, pictureOf({ ...held.asset, focal: null }, "12rem")),
  );
  const saved = h("p", { class: "status", role: "status" });
  const problem = problemPlace();
  const attempt = oneAtATime(problem);
  const sliders = { x: sliderOf("x"), y: sliderOf("y") };

  function sliderOf(axis) {
    const slider = h("input", { type: "range", min: "0", max: "1", step: "0.01" });
    slider.addEventListener("input", () => put({ ...point, [axis]: Number(slider.value) }));
    return slider;
  }

  function put(chosen) {
    held.unsaved.add("focal");
    saved.textContent = words.not_saved;
    show(chosen);
  }

  function show(chosen) {
    point = chosen;
    const [left, top] = [`${100 * point.x}%`, `${100 * point.y}%`];
    Object.assign(mark.style, { left, top });
    for (const crop of crops) {
      const img = crop.querySelector("img");
      if (img) img.style.objectPosition = `${left} ${top}`;
    }
    for (const [axis, slider] of Object.entries(sliders)) slider.value = String(point[axis]);
  }

  held.whenRead(() => {
    if (!held.unsaved.has("focal")) show(held.asset.focal ?? CENTRE);
  });

  async function save(focal) {
    if (focal === null) show(CENTRE);
    const sent = point;
    await held.change({ focal }, "focal");
    if (point !== sent) return; // moved meanwhile: not saved yet
    held.unsaved.delete("focal");
    saved.textContent = words.saved;
  }

  whole.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width, height } = whole.getBoundingClientRect();
    put({ x: share(clientX - left, width), y: share(clientY - top, height) });
  });
  show(point);
  return h(
    "section",
    {},
    h("h2", {}, words.focal),
    h("p", { class: "note" }, words.focal_how),
    whole,
    Object.entries(sliders).map(([axis, slider]) =>
      h("label", { class: "slider" }, h("span", {}, words.focal_axes[axis]), slider),
    ),
    h("h3", {}, words.crops),
    h("div", { class: "crops" }, crops),
    problem,
    h(
      "div",
      { class: "buttons" },
      h(
        "button",
        { type: "button", class: "button", click: () => attempt(() => save(point)) },
        words.save_focal,
      ),
      quiet(words.to_centre, () => attempt(() => save(null))),
    ),
    saved,
  );
}

function share(distance, whole) {
  return Math.round(100 * Math.min(1, Math.max(0, distance / whole))) / 100;
}
