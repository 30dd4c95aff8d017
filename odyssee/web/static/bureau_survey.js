/** A stop surveyed on the spot: the phone's position, told once and kept nowhere. */

import { call, Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { quiet } from "./bureau_fields.js";
import { problemPlace, tellRefusal, wholeSentence } from "./bureau_telling.js";
import { h } from "./dom.js";

const FIXES = 30; // ten more than are needed: some may be too rough to count
const WITHIN_MS = 180_000;

/**
 * The section that surveys the stop where somebody stands.
 * @param {string} path of the stop
 * @param {Page} page shown anew once the stop has moved
 */
export function surveyOf(path, page) {
  const bar = h("progress", { max: String(FIXES), value: "0", hidden: true, "aria-label": words.survey });
  const status = h("p", { class: "status", role: "status" });
  const problem = problemPlace();
  const button = quiet(words.survey, survey);

  async function survey() {
    problem.textContent = "";
    if (page.unsaved.size > 0) {
      problem.textContent = words.save_first;
      return;
    }
    button.disabled = true;
    bar.hidden = false;
    try {
      const fixes = await readings((count) => {
        bar.value = count;
        status.textContent = words.survey_count(count, FIXES);
      }, () => page.isShown());
      if (!page.isShown()) return;
      await call("POST", `${path}/survey`, { fixes });
      page.again();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tellRefusal(problem, error, words.survey_faults[error.code] ?? wholeSentence(error));
    } finally {
      button.disabled = false;
      bar.hidden = true;
      status.textContent = "";
    }
  }

  return h(
    "section",
    {},
    h("h3", {}, words.survey_title),
    h("p", { class: "note" }, words.survey_how),
    bar,
    status,
    problem,
    h("div", { class: "buttons" }, button),
  );
}

/** So many readings of the position; they go no further than into the request that sends them. */
function readings(told, isWanted) {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) {
      fail(new Refused("no_position"));
      return;
    }
    const fixes = [];
    const end = (deed) => {
      navigator.geolocation.clearWatch(watch);
      clearTimeout(late);
      deed();
    };
    const late = setTimeout(() => end(() => fail(new Refused("too_slow"))), WITHIN_MS);
    const take = ({ coords }) => {
      fixes.push({ lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy });
      told(fixes.length);
      if (fixes.length >= FIXES || !isWanted()) end(() => done(fixes));
    };
    const refuse = ({ code }) => {
      if (code === 1) end(() => fail(new Refused("not_allowed")));
    };
    const watch = navigator.geolocation.watchPosition(take, refuse, {
      enableHighAccuracy: true,
      maximumAge: 0,
    });
  });
}
