import assert from "node:assert/strict";
import { test } from "node:test";

import { rates } from "../src/rates.js";

const parcel = (changes) => ({ country: "DE", weightGrams: 1200n, subtotalCents: 0n, ...changes });
const prices = (changes) => rates(parcel(changes)).map(({ price }) => price);

test("a light parcel costs the base price, and express more the farther it goes", () => {
  assert.deepEqual(prices({}), ["4.90", "11.90"]);
  assert.deepEqual(prices({ country: "AT" }), ["9.90", "23.90"]);
  assert.deepEqual(prices({ country: "GB" }), ["14.90", "35.90"]);
});

test("each started kilo above two costs sixty cents", () => {
  assert.deepEqual(prices({ weightGrams: 2000n }), ["4.90", "11.90"]);
  assert.deepEqual(prices({ weightGrams: 2001n }), ["5.50", "12.50"]);
  assert.deepEqual(prices({ weightGrams: 3000n }), ["5.50", "12.50"]);
  assert.deepEqual(prices({ weightGrams: 3001n }), ["6.10", "13.10"]);
});

test("standard is free within the home country from a hundred euros on, and nowhere else", () => {
  assert.deepEqual(prices({ subtotalCents: 9999n }), ["4.90", "11.90"]);
  assert.deepEqual(prices({ subtotalCents: 10000n }), ["0.00", "11.90"]);
  assert.deepEqual(prices({ subtotalCents: 10000n, country: "CH" }), ["14.90", "35.90"]);
});

test("nothing is sent to a country that is not on the list", () => {
  assert.equal(rates(parcel({ country: "FR" })), null);
});
