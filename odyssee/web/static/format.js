/** Numbers, distances, sizes, durations and days in the words of the page's language. */

import { lang, words } from "./strings.js";

/** A distance: metres to the nearest ten under a kilometre, else kilometres with one decimal. */
export function distance(metres) {
  if (metres < 100) return words.metres(Math.round(metres));
  if (metres < 950) return words.metres(Math.round(metres / 10) * 10);
  return words.kilometres(
    new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(metres / 1000),
  );
}

/** A size: kilobytes under a megabyte, else megabytes with one decimal. */
export function size(bytes) {
  if (bytes < 999500) return words.kilobytes(Math.ceil(bytes / 1000));
  return words.megabytes(
    new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(bytes / 1e6),
  );
}

/** A duration given in minutes. */
export function duration(minutes) {
  return minutes < 60
    ? words.minutes(minutes)
    : words.hours(Math.floor(minutes / 60), minutes % 60);
}

/** Seconds as `m:ss`. */
export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The day of an instant. */
export function day(instant) {
  return new Intl.DateTimeFormat(lang, { dateStyle: "long" }).format(new Date(instant));
}

/** The day and the hour of an instant. */
export function moment(instant) {
  const form = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(lang, form).format(new Date(instant));
}

/** One of eight directions for a bearing in degrees. */
export function compass(degrees) {
  return words.compass[Math.round(degrees / 45) % 8];
}
