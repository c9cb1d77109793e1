/** From a request to its answer. Decides all, touches no socket: `server.js` does. */

import { readFileSync } from "node:fs";

import { languageOf } from "./language.js";
import { quoted } from "./python.js";
import { readQuery } from "./query.js";
import { rates } from "./rates.js";
import { text } from "./texts.js";

export const PATH = "/api/shipping/rates/";
export const VERSION = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;

const ALLOWED = "GET, HEAD, OPTIONS";
const ACCEPTED_ID = /^[A-Za-z0-9._-]{1,64}$/;
const ABOUT = {
  name: "Rate List Api",
  description: "`?country=DE&weight_grams=1200&subtotal=40.00`",
  renders: ["application/json"],
  parses: ["application/json", "application/x-www-form-urlencoded"],
};

/**
 * @param {{method: string, url: string, headers: Record<string, string | undefined>, newId: () => string}} request
 *   header names in lower case
 * @returns {{status: number, headers: Record<string, string>, body: string}} the body is there for HEAD too, not to be
 *   sent
 */
export function answer(request) {
  const [path, query = ""] = split(request.url);
  const offered = request.headers["x-request-id"] ?? "";
  const always = {
    "X-Request-ID": ACCEPTED_ID.test(offered) ? offered : request.newId(),
    "X-Service-Version": VERSION,
  };
  if (path === "/healthz") return json(200, { status: "ok" }, { ...always, "Cache-Control": "no-store" });

  const language = languageOf(request.headers);
  // As the shop sends them with every answer.
  Object.assign(always, {
    "Content-Language": language,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
  });
  if (path === PATH.slice(0, -1)) {
    const location = PATH + (query && `?${query}`);
    const headers = { ...always, "Content-Type": "text/html; charset=utf-8", Location: location, Vary: "Accept-Language" };
    return { status: 301, headers, body: "" };
  }
  always["X-Frame-Options"] = "DENY";
  if (path !== PATH) return json(404, { detail: text("notFound", language) }, { ...always, Vary: "Accept-Language" });

  always.Allow = ALLOWED;
  if (!ALLOWED.split(", ").includes(request.method)) {
    return json(405, { detail: `Method "${request.method}" not allowed.` }, { ...always, Vary: "Accept-Language" });
  }
  const parameters = new URLSearchParams(query);
  if (!["json", ""].includes(parameters.getAll("format").at(-1) ?? "")) {
    return json(404, { detail: text("notFound", language) }, { ...always, Vary: "Accept-Language" });
  }
  if (!acceptsJson(request.headers.accept ?? "*/*")) {
    return json(406, { detail: text("notAcceptable", language) }, { ...always, Vary: "Accept-Language" });
  }
  always.Vary = "Accept-Language, Cookie";
  return request.method === "OPTIONS" ? json(200, ABOUT, always) : rateList(parameters, language, always);
}

function rateList(parameters, language, headers) {
  const { parcel, errors } = readQuery(parameters, language);
  if (errors) return json(400, errors, headers);
  const found = rates(parcel);
  if (!found) return json(400, { country: [`Nothing is sent to ${quoted(parcel.country)}.`] }, headers);
  return json(200, found, headers);
}

function json(status, value, headers) {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}

function split(url) {
  const mark = url.indexOf("?");
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}

function acceptsJson(header) {
  const types = header.split(",").map((part) => part.split(";")[0].trim().toLowerCase());
  return types.some((type) => ["application/json", "application/*", "*/*"].includes(type));
}
