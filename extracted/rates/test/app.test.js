import assert from "node:assert/strict";
import { test } from "node:test";

import { answer, PATH, VERSION } from "../src/app.js";
import { quoted } from "../src/python.js";

const ask = (url, { method = "GET", ...headers } = {}) => answer({ method, url, headers, newId: () => "drawn" });

test("health is told with the version that runs", () => {
  const { status, headers, body } = ask("/healthz");
  assert.deepEqual([status, JSON.parse(body), headers["X-Service-Version"]], [200, { status: "ok" }, VERSION]);
});

test("the language is the cookie's, then the browser's best, then English", () => {
  const language = (headers) => ask(PATH, headers).headers["Content-Language"];
  assert.equal(language({ cookie: "a=b; django_language=de", "accept-language": "en" }), "de");
  assert.equal(language({ "accept-language": "fr, en;q=0.4, de-AT;q=0.9" }), "de");
  assert.equal(language({ "accept-language": "fr, *;q=0.9, de;q=0.1" }), "en");
  assert.equal(language({ "accept-language": "de;q=many" }), "en");
  assert.equal(language({}), "en");
});

test("a path without its slash is redirected with its query", () => {
  const { status, headers } = ask("/api/shipping/rates?country=DE");
  assert.deepEqual([status, headers.Location], [301, "/api/shipping/rates/?country=DE"]);
});

test("what is not here is not found, and writing is not allowed", () => {
  assert.equal(ask("/api/").status, 404);
  assert.equal(ask(PATH, { method: "POST" }).status, 405);
  assert.equal(ask(PATH, { accept: "text/html" }).status, 406);
});

test("a harmless request id comes back, any other is replaced", () => {
  assert.equal(ask(PATH, { "x-request-id": "abc-1" }).headers["X-Request-ID"], "abc-1");
  assert.equal(ask(PATH, { "x-request-id": "a b" }).headers["X-Request-ID"], "drawn");
});

test("a country is quoted as Python quotes it", () => {
  assert.deepEqual(["FR", "'", "\"'", "\\", "\x7f", "ä"].map(quoted), [
    "'FR'", `"'"`, `'"\\''`, "'\\\\'", "'\\x7f'", "'ä'",
  ]);
});
