/** A stop surveyed on the spot: the phone's position, told once and kept nowhere. */

import { call, Refused } from "./bureau_api.js";
import { words } from "./bureau_draft_strings.js";
import { quiet } from "./bureau_fields.js";
import { checkSaved, problemPlace, tellRefusal, wholeSentence } from "./bureau_telling.js";
import { h } from "./dom.js";

const WANTED = 25;
const NEEDED = 20; // of those that count (domain/surveying.py)
const ROUGH_M = 30; // a reading that is rougher does not count (domain/surveying.py)
const WITHIN_MS = 180_000;
const REFUSED_BY_SOMEBODY = 1;
const SPOILT = new Set(["invalid", "not_found"]); // the readings will not do, or nothing wants them

/**
 * The section that surveys the stop where somebody stands.
 * @param {Part} part the stop
 * @param {Page} page shown anew once the stop has moved
 */
export function surveyOf(part, page) {
  const bar = h("progress", { max: String(WANTED), value: "0", "aria-label": words.survey });
  const status = h("p", { class: "note", "aria-hidden": "true" });
  const problem = problemPlace();
  const button = quiet(words.survey, survey);
  // In memory alone, and until it is sent: the network may be a walk away.
  let kept = null;
  page.leaving.push(() => (kept = null));
  bar.hidden = true;

  async function survey() {
    problem.replaceChildren();
    button.disabled = true;
    bar.hidden = false;
    try {
      checkSaved(page.unsaved);
      kept ??= await readings(tell, page);
      if (!page.isShown()) return;
      await call("POST", `${part.path}/survey`, { fixes: kept });
      kept = null;
      page.again();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (SPOILT.has(error.code)) kept = null;
      const said = words.survey_faults[error.code] ?? wholeSentence(error);
      const isKept = kept !== null && error.code !== "save_first";
      tellRefusal(problem, error, isKept ? words.survey_kept : said);
    } finally {
      button.disabled = false;
      bar.hidden = true;
      status.textContent = "";
    }
  }

  function tell(counted, all) {
    bar.value = counted;
    status.textContent = words.survey_count(counted, WANTED, all - counted);
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

/** Readings of the position until enough of them count; fewer, when time is over, if they will do. */
function readings(told, page) {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) {
      fail(new Refused("no_position"));
      return;
    }
    const fixes = [];
    const counted = () => fixes.filter(({ accuracy_m: metres }) => metres <= ROUGH_M).length;
    const end = (deed) => {
      navigator.geolocation.clearWatch(watch);
      clearTimeout(late);
      deed();
    };
    const isOver = () =>
      counted() >= NEEDED ? done(fixes) : fail(new Refused("too_slow"));
    const late = setTimeout(() => end(isOver), WITHIN_MS);
    const take = ({ coords }) => {
      const { longitude: lon, latitude: lat, accuracy: accuracy_m } = coords;
      fixes.push({ lon, lat, accuracy_m });
      told(counted(), fixes.length);
      if (counted() >= WANTED) end(() => done(fixes));
    };
    const refuse = ({ code }) => {
      if (code === REFUSED_BY_SOMEBODY) end(() => fail(new Refused("not_allowed")));
    };
    told(0, 0);
    page.leaving.push(() => end(() => done([])));
    const options = { enableHighAccuracy: true, maximumAge: 0 };
    const watch = navigator.geolocation.watchPosition(take, refuse, options);
  });
}
