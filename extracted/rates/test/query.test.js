import assert from "node:assert/strict";
import { test } from "node:test";

import { readQuery } from "../src/query.js";

const read = (query, language = "en") => readQuery(new URLSearchParams(query), language);
const cents = (subtotal) => read({ country: "DE", weight_grams: "1", subtotal }).parcel?.subtotalCents;
const grams = (weight) => read({ country: "DE", weight_grams: weight }).parcel?.weightGrams;

test("the three values are read, the subtotal exactly", () => {
  assert.deepEqual(read("country=DE&weight_grams=1200&subtotal=40.05").parcel, {
    country: "DE",
    weightGrams: 1200n,
    subtotalCents: 4005n,
  });
});

test("of a field that is given twice, the last counts", () => {
  assert.equal(read("country=DE&country=AT&weight_grams=1").parcel.country, "AT");
});

test("numbers are read as Python writes them", () => {
  assert.deepEqual(["40", "40.", ".5", "+5", "1e2", "1_000", " 7 ", "-0"].map(cents), [
    4000n, 4000n, 50n, 500n, 10000n, 100000n, 700n, 0n,
  ]);
  assert.deepEqual(["1_000", "12.00", "+5", " 7 "].map(grams), [1000n, 12n, 5n, 7n]);
});

test("what is missing or wrong is said for every field at once, in the caller's language", () => {
  assert.deepEqual(read("").errors, {
    country: ["This field is required."],
    weight_grams: ["This field is required."],
  });
  assert.deepEqual(read("country=&weight_grams=x&subtotal=-1", "de").errors, {
    country: ["Dieses Feld darf nicht leer sein."],
    weight_grams: ["Eine gültige Ganzzahl ist erforderlich."],
    subtotal: ["Stelle sicher, dass dieser Wert größer oder gleich 0 ist."],
  });
});

test("a number of too many digits is refused before its size is looked at", () => {
  const reason = (subtotal) => read({ country: "DE", weight_grams: "1", subtotal }).errors.subtotal[0];
  assert.match(reason("12345678901"), /10 digits in total/);
  assert.match(reason("1.234"), /2 decimal places/);
  assert.match(reason("123456789"), /8 digits before/);
  assert.match(reason("1e999999"), /10 digits in total/);
  assert.match(reason("NaN"), /valid number/);
});
