/** The words of the desk's page of legends. */

import { en } from "./bureau_draft_en.js";
import { fr } from "./bureau_draft_fr.js";
import { lang } from "./bureau_strings.js";

/** The words of the page's language. */
export const words = { fr, en }[lang];
