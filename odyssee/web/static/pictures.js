/** Pictures in the forms that the API offers, at the size that the page needs. */

import { h } from "./dom.js";

const BEST_FIRST = ["image/avif", "image/webp", "image/jpeg", "image/png"];

/**
 * A `picture` element that keeps its place while it loads; null when there is nothing to show.
 * @param {object} image an Image of the contract
 * @param {string} sizes the attribute of that name
 */
export function picture(image, sizes, { eager = false } = {}) {
  const types = BEST_FIRST.filter((type) => image.renditions.some((made) => made.type === type));
  if (types.length === 0) return null;
  const plain = ofType(image, types.at(-1));
  const img = h("img", {
    alt: image.alt,
    width: image.width,
    height: image.height,
    sizes,
    loading: eager ? "eager" : "lazy",
    decoding: "async",
  });
  if (image.focal) {
    img.style.objectPosition = `${100 * Number(image.focal.x)}% ${100 * Number(image.focal.y)}%`;
  }
  if (image.placeholder?.startsWith("data:image/")) {
    img.style.backgroundImage = `url("${image.placeholder.replace(/["\\\n]/g, "")}")`;
  }
  const sources = types
    .slice(0, -1)
    .map((type) => h("source", { type, srcset: srcset(ofType(image, type)), sizes }));
  const element = h("picture", {}, sources, img);
  img.srcset = srcset(plain);
  img.src = nearest(plain, 800).src;
  return element;
}

function ofType(image, type) {
  return image.renditions.filter((made) => made.type === type).sort((a, b) => a.width - b.width);
}

function srcset(renditions) {
  return renditions.map((made) => `${made.src} ${made.width}w`).join(", ");
}

function nearest(renditions, width) {
  return renditions.find((made) => made.width >= width) ?? renditions.at(-1);
}

/** Those of some media types that this browser plays, or shows in a `picture` element. */
export async function mediaShown(types) {
  const audio = document.createElement("audio");
  const shown = await Promise.all(
    types.map((type) => (type.startsWith("image/") ? isShown(type) : audio.canPlayType(type))),
  );
  return types.filter((_, place) => shown[place]);
}

/** Whether a source of that type is the one which is taken; nothing is fetched. */
async function isShown(type) {
  const img = h("img", { src: "data:,other" });
  h("picture", {}, h("source", { type, srcset: "data:,asked" }), img);
  await Promise.resolve(); // sources are chosen once the script is done with them
  await new Promise((done) => setTimeout(done));
  return img.currentSrc === "data:,asked";
}
