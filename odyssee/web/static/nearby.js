/** Services near a trail: who lodges, feeds and helps walkers, in the order of the way. */

import { read } from "./api.js";
import { h, replace } from "./dom.js";
import { distance } from "./format.js";
import { safeAddress } from "./markdown.js";
import { outside } from "./stop.js";
import { words } from "./strings.js";
import { foreign } from "./summary.js";

const said = words.nearby;

/** A section that shows itself once the services are there; without any, or a network, it does not. */
export function nearbyOf(slug) {
  const body = h("div");
  const element = h(
    "section",
    { class: "block block-nearby", "aria-labelledby": "nearby-title", hidden: true },
    h("h2", { id: "nearby-title" }, said.title),
    h("p", { class: "note" }, said.note),
    body,
  );
  read(`/v1/legends/${encodeURIComponent(slug)}/services`)
    .then(({ services }) => {
      if (services.length === 0) return;
      replace(body, h("ul", { class: "nearby" }, services.map(serviceOf)));
      element.hidden = false;
    })
    .catch(() => {}); // a walk does without
  return element;
}

function serviceOf(service) {
  const { contact, source } = service;
  const website = contact.website && safeAddress(contact.website);
  const phone = contact.phone?.replaceAll(/[^+0-9]/g, "");
  const told = [source.name, source.licence].filter(Boolean).join(", ");
  return h(
    "li",
    {},
    h("strong", { lang: foreign(service.lang) }, service.name),
    ` (${said.kinds[service.kind] ?? said.kinds.other})`,
    h("br"),
    said.where(distance(service.along_m), distance(service.off_m)),
    service.opening && [h("br"), service.opening],
    phone && [h("br"), h("a", { href: `tel:${phone}` }, contact.phone)],
    website && [h("br"), outside(website, said.website)],
    h("br"),
    h("small", {}, said.source(told)),
  );
}
