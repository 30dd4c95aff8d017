/** The desk's page of recordings and pictures: the list, or one of them by its `#id`. */

import { showMedia } from "./bureau_media_list.js";
import { showMedium } from "./bureau_medium.js";
import { openPage } from "./bureau_page.js";
import { Sendings } from "./bureau_sendings.js";

const sendings = new Sendings(); // goes on while something else is shown

openPage(
  (view, id, page) =>
    id === "" ? showMedia(view, sendings, page) : showMedium(view, id, page),
  { isBusy: () => sendings.isBusy },
);
