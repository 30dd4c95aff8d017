/** The point of a picture that stays in sight: shown on it, and in the crops that visitors see. */

import { Refused } from "./bureau_api.js";
import { sentence } from "./bureau_fields.js";
import { pictureOf } from "./bureau_media_list.js";
import { words } from "./bureau_media_strings.js";
import { h } from "./dom.js";

const CENTRE = { x: 0.5, y: 0.5 };
const SHAPES = ["wide", "square", "tall"];

/**
 * The section that sets it.
 * @param {{asset: object, change: (changes: object) => Promise<void>}} held
 */
export function focalOf(held) {
  let point = { ...(held.asset.focal ?? CENTRE) };
  const mark = h("span", { class: "focal-mark", "aria-hidden": "true" });
  const whole = h("div", { class: "focal" }, pictureOf(held.asset, "38rem"), mark);
  const crops = SHAPES.map((shape) =>
    h("div", { class: `crop crop-${shape}` }, pictureOf({ ...held.asset, focal: null }, "12rem")),
  );
  const saved = h("p", { class: "status", role: "status" });
  const problem = h("p", { class: "form-problem", role: "alert" });
  const sliders = Object.fromEntries(["x", "y"].map((axis) => [axis, sliderOf(axis, put)]));

  function put(changed) {
    point = { ...point, ...changed };
    const [left, top] = [`${100 * point.x}%`, `${100 * point.y}%`];
    Object.assign(mark.style, { left, top });
    for (const crop of crops) {
      const img = crop.querySelector("img");
      if (img) img.style.objectPosition = `${left} ${top}`;
    }
    for (const [axis, slider] of Object.entries(sliders)) slider.value = String(point[axis]);
    saved.textContent = "";
  }

  async function save(focal) {
    problem.textContent = "";
    try {
      await held.change({ focal });
      put(focal ?? CENTRE);
      saved.textContent = words.saved;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.textContent = sentence(error);
    }
  }

  whole.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width, height } = whole.getBoundingClientRect();
    put({ x: share(clientX - left, width), y: share(clientY - top, height) });
  });
  put({});
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
      h("button", { type: "button", class: "button", click: () => save(point) }, words.save_focal),
      h(
        "button",
        { type: "button", class: "button button-quiet", click: () => save(null) },
        words.to_centre,
      ),
    ),
    saved,
  );
}

function sliderOf(axis, put) {
  const slider = h("input", { type: "range", min: "0", max: "1", step: "0.01" });
  slider.addEventListener("input", () => put({ [axis]: Number(slider.value) }));
  return slider;
}

function share(distance, whole) {
  return Math.round(100 * Math.min(1, Math.max(0, distance / whole))) / 100;
}
