/** Which language a caller reads: the cookie of the language switch first, then what the browser prefers. */

import { LANGUAGES } from "./texts.js";

const COOKIE = "django_language";
const PREFERENCE = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:\s*;\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?))?$/;

/** @param {{cookie?: string, "accept-language"?: string}} headers @returns {string} one of `LANGUAGES` */
export function languageOf(headers) {
  const chosen = supported(cookieValue(headers.cookie ?? "") ?? "");
  if (chosen) return chosen;
  for (const name of preferences(headers["accept-language"] ?? "")) {
    if (name === "*") break;
    const found = supported(name);
    if (found) return found;
  }
  return LANGUAGES[0];
}

/** `de-AT` is served with `de`. */
function supported(name) {
  const lower = name.toLowerCase();
  return LANGUAGES.find((language) => lower === language || lower.startsWith(`${language}-`));
}

/** Names in lower case, the most wanted first; none when any part is malformed, as in the shop. */
function preferences(header) {
  const found = [];
  for (const part of header.toLowerCase().split(",")) {
    const match = PREFERENCE.exec(part.trim());
    if (!match) return [];
    found.push({ name: match[1], quality: Number(match[2] ?? 1) });
  }
  return found.sort((one, other) => other.quality - one.quality).map(({ name }) => name);
}

function cookieValue(header) {
  for (const pair of header.split(";")) {
    const [name, value] = pair.split("=", 2);
    if (name.trim() === COOKIE) return value?.trim();
  }
  return undefined;
}
