/** Chooses the view by the address of the page, and says it clearly when something is missing. */

import { Failed, page } from "./api.js";
import { tellCounts } from "./counts.js";
import { h, replace } from "./dom.js";
import { words } from "./strings.js";

const view = document.getElementById("view");

async function show() {
  view.setAttribute("aria-busy", "true");
  const [, first, slug, second, stop] = location.pathname.split("/").map(decodeURIComponent);
  try {
    if (first === "legends" && slug) {
      const { showLegend } = await import("./legend.js");
      await showLegend(view, slug, second === "stops" ? stop : null);
    } else {
      const { showHome } = await import("./home.js");
      await showHome(view);
    }
  } catch (error) {
    showError(error);
    if (!(error instanceof Failed)) throw error;
  } finally {
    view.setAttribute("aria-busy", "false");
  }
}

function showError(error) {
  const code = error instanceof Failed ? error.code : "broken";
  const final = code === "not_found" || code === "unpublished";
  const heading = document.querySelector("h1") ? "h2" : "h1";
  document.title = words.title(words.error_title);
  replace(
    view,
    h(
      "section",
      { class: "notice", role: "alert" },
      h(heading, {}, words.error_title),
      h("p", {}, words.errors[code]),
      final
        ? h("a", { class: "button", href: page("/") }, words.all_legends)
        : h("button", { type: "button", class: "button", click: show }, words.retry),
    ),
  );
}

tellCounts(); // of earlier visits
addEventListener("pagehide", tellCounts);
show();
