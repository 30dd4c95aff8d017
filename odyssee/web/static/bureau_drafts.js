/** The desk's page of legends: the list, one by its `#slug`, or a stop of it by `#slug/stop`. */

import { showDraft } from "./bureau_draft.js";
import { showDrafts } from "./bureau_draft_list.js";
import { showStop } from "./bureau_draft_stop.js";
import { openPage } from "./bureau_page.js";

openPage((view, name, page, me) => {
  const [slug, stop] = name.split("/");
  if (slug === "") return showDrafts(view, page);
  return stop ? showStop(view, slug, stop, page) : showDraft(view, slug, page, me);
});
