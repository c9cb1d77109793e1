/** What sending costs; a pure calculation. All money is in whole cents, so that nothing is rounded. */

const FREE_FROM_CENTS = 100_00n;
const ZONES = new Map([["DE", 0], ["AT", 1], ["CH", 2], ["GB", 2]]);
const STANDARD_CENTS = [4_90n, 9_90n, 14_90n];
const EXPRESS_EXTRA_CENTS = 7_00n;
const CENTS_PER_STARTED_KILO = 60n;
const INCLUDED_GRAMS = 2000n;

/**
 * The ways of sending, the cheapest first, or `null` for a country to which nothing is sent.
 *
 * @param {{country: string, weightGrams: bigint, subtotalCents: bigint}} parcel
 * @returns {{code: string, price: string, days: number}[] | null} `price` in EUR, with two decimals.
 */
export function rates({ country, weightGrams, subtotalCents }) {
  const zone = ZONES.get(country);
  if (zone === undefined) return null;
  const extraGrams = weightGrams > INCLUDED_GRAMS ? weightGrams - INCLUDED_GRAMS : 0n;
  const startedKilos = (extraGrams + 999n) / 1000n;
  const standard = STANDARD_CENTS[zone] + CENTS_PER_STARTED_KILO * startedKilos;
  const express = standard + EXPRESS_EXTRA_CENTS * BigInt(zone + 1);
  const isFree = zone === 0 && subtotalCents >= FREE_FROM_CENTS;
  return [
    { code: "standard", price: euros(isFree ? 0n : standard), days: 2 + 2 * zone },
    { code: "express", price: euros(express), days: 1 + zone },
  ];
}

/** @param {bigint} cents not negative */
function euros(cents) {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}
