/** Maps drawn here from positions alone: no tile, no other site is asked. */

import { svg } from "./dom.js";
import { distance } from "./format.js";
import { boxOf, fit, ringsOf, spread } from "./geo.js";
import { words } from "./strings.js";

const RADIUS = 13; // of a marker: with its rim a target of more than 24 px (WCAG 2.2, 2.5.8)
const LETTER = 8; // mean width of a label's letter
const LINE = 16; // height of a label
const SCALE_ROOM = 16; // kept free for the scale under a trail

/**
 * The territory with a numbered marker for each legend.
 * @param {object} territory of `GET /v1/territory`
 * @param {{label: string, place: string, href: string, at: number[]}[]} marks in their order
 * @param {{width: number, height: number}} frame in pixels
 */
export function territoryMap(territory, marks, frame) {
  const rings = ringsOf(territory.outline);
  const box = boxOf([...rings.flat(), ...marks.map((mark) => mark.at)]);
  const view = fit(box, { ...frame, margin: 14 });
  const spots = marks.map((mark) => view.toXY(mark.at));
  const seats = spread(spots, 2 * RADIUS + 4);
  const labels = placeLabels(
    seats,
    marks.map((mark) => mark.place),
    frame,
  );
  return drawing(frame, words.map_of(territory.name), [
    svg("path", { class: "ground", d: rings.map((ring) => pathOf(ring, view, true)).join(" ") }),
    svg("path", {
      class: "ground-hatch",
      d: rings.map((ring) => pathOf(ring, view, true)).join(" "),
      fill: "url(#hatch)",
    }),
    marks.map((mark, i) => leader(spots[i], seats[i])),
    marks.map((mark, i) => marker({ ...mark, number: i + 1, seat: seats[i], text: labels[i] })),
    scaleBar(view, frame),
  ]);
}

/**
 * A trail with a numbered marker for each stop.
 * @param {object} legend of `GET /v1/legends/{slug}`
 * @param {{width: number, height: number}} frame in pixels
 * @returns {{element: SVGElement, showPosition: function(number[]), markReached: function(string)}}
 */
export function trailMap(legend, frame) {
  const line = legend.route.coordinates;
  const places = legend.stops.map((stop) => stop.location.coordinates);
  const view = fit(boxOf([...line, ...places]), {
    ...frame,
    height: frame.height - SCALE_ROOM,
    margin: 36,
  });
  const spots = places.map(view.toXY);
  const seats = spread(spots, 2 * RADIUS + 4);
  const markers = legend.stops.map((stop, i) =>
    marker({ label: stop.title, href: `#stop-${stop.slug}`, number: i + 1, seat: seats[i] }),
  );
  const walker = svg("circle", { class: "walker", r: 7, hidden: true });
  const element = drawing(frame, words.trail_map(legend.title), [
    svg("path", { class: `route route-${legend.route_status}`, d: pathOf(line, view, false) }),
    spots.map((spot, i) => leader(spot, seats[i])),
    markers,
    walker,
    scaleBar(view, frame),
  ]);
  const bySlug = new Map(legend.stops.map((stop, i) => [stop.slug, markers[i]]));
  return {
    element,
    showPosition: (place) => moveTo(walker, view.toXY(place), frame),
    markReached: (slug) => bySlug.get(slug)?.classList.add("is-reached"),
  };
}

function drawing({ width, height }, label, children) {
  const hatch = svg(
    "pattern",
    { id: "hatch", width: 46, height: 14, patternUnits: "userSpaceOnUse" },
    [
      svg("path", {
        class: "hatch",
        d: "M2 4q9-1.6 18 0q-9 1.6-18 0zM27 11q8-1.4 16 0q-8 1.4-16 0z",
      }),
    ],
  );
  const box = { viewBox: `0 0 ${width} ${height}`, width, height };
  return svg(
    "svg",
    { class: "map", role: "group", "aria-label": label, ...box },
    svg("defs", {}, hatch),
    children,
  );
}

function pathOf(places, view, closed) {
  const points = places.map((place) =>
    view
      .toXY(place)
      .map((n) => n.toFixed(1))
      .join(" "),
  );
  return `M${points.join("L")}${closed ? "Z" : ""}`;
}

function leader(spot, seat) {
  if (Math.hypot(spot[0] - seat[0], spot[1] - seat[1]) < 4) return null;
  const [x1, y1, x2, y2] = [...spot, ...seat].map((n) => n.toFixed(1));
  return svg(
    "g",
    { class: "leader" },
    svg("line", { x1, y1, x2, y2 }),
    svg("circle", { cx: x1, cy: y1, r: 3 }),
  );
}

function marker({ label, place, href, number, seat, text }) {
  const [x, y] = seat.map((n) => n.toFixed(1));
  const name = `${number}. ${label}${place ? `, ${place}` : ""}`;
  return svg(
    "a",
    { href, class: "marker", "aria-label": name },
    svg("circle", { cx: x, cy: y, r: RADIUS }),
    svg(
      "text",
      { class: "marker-number", x, y: (seat[1] + 5).toFixed(1), "aria-hidden": "true" },
      String(number),
    ),
    text &&
      svg(
        "text",
        {
          class: "marker-label",
          x: text.x,
          y: text.y,
          "text-anchor": text.anchor,
          "aria-hidden": "true",
        },
        place,
      ),
  );
}

/** A place for each label where it covers least, of eight around its marker. */
function placeLabels(seats, labels, frame) {
  const taken = seats.map(([x, y]) => [x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS]);
  return seats.map((seat, i) => {
    const choices = aroundMarker(seat, labels[i].length * LETTER);
    const costs = choices.map((choice, turn) => cost(choice.box, taken, frame) + turn);
    const { anchor, at, box } = choices[costs.indexOf(Math.min(...costs))];
    taken.push(box);
    return { anchor, x: at.toFixed(1), y: (box[1] + 12).toFixed(1) };
  });
}

function aroundMarker([x, y], width) {
  const [side, slant] = [RADIUS + 5, RADIUS * 0.7];
  const rows = [
    ["start", x + side, y - LINE / 2],
    ["end", x - side, y - LINE / 2],
    ["middle", x, y + RADIUS + 2],
    ["middle", x, y - RADIUS - LINE - 2],
    ["start", x + slant, y + slant],
    ["end", x - slant, y + slant],
    ["start", x + slant, y - slant - LINE],
    ["end", x - slant, y - slant - LINE],
  ];
  const shift = { start: 0, middle: width / 2, end: width };
  return rows.map(([anchor, at, top]) => {
    const left = at - shift[anchor];
    return { anchor, at, box: [left, top, left + width, top + LINE] };
  });
}

function cost(box, taken, { width, height }) {
  const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
  const outside =
    Math.max(0, -box[0]) +
    Math.max(0, box[2] - width) +
    Math.max(0, -box[1]) +
    Math.max(0, box[3] - height);
  return covered + 1000 * outside;
}

function overlap(a, b) {
  const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return wide > 0 && high > 0 ? wide * high : 0;
}

function scaleBar(view, { width, height }) {
  const steps = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000];
  const metres = steps.findLast((step) => step / view.metresPerPixel <= width / 4) ?? steps[0];
  const length = metres / view.metresPerPixel;
  const [right, base] = [width - 12, height - 12];
  return svg(
    "g",
    { class: "scale", "aria-hidden": "true" },
    svg("path", { d: `M${(right - length).toFixed(1)} ${base - 5}v5H${right}v-5` }),
    svg("text", { x: (right - length / 2).toFixed(1), y: base - 9 }, distance(metres)),
  );
}

function moveTo(walker, [x, y], { width, height }) {
  const outside = x < 0 || y < 0 || x > width || y > height;
  walker.toggleAttribute("hidden", outside);
  walker.setAttribute("cx", x.toFixed(1));
  walker.setAttribute("cy", y.toFixed(1));
}
