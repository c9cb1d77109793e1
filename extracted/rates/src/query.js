/** Reads `?country=DE&weight_grams=1200&subtotal=40.00`, as strictly as the shop and in its words. */

import { text } from "./texts.js";

const MAX_WEIGHT_GRAMS = 1_000_000n;
const MAX_DIGITS = 10n;
const MAX_DECIMALS = 2n;
const HUGE_TEXT = 1000;

// What Python's str.strip() removes; JavaScript's trim() removes other characters.
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BLANK_ENDS = new RegExp(`^${BLANK}+|${BLANK}+$`, "g");
const TRAILING_ZEROS = new RegExp(`\\.0*${BLANK}*$`);
const INTEGER = /^[+-]?\d+(?:_\d+)*$/;
const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,6}))?$/i;

/** A value that is not as it must be: the key of a text, and what the text names. */
class Refusal extends Error {
  constructor(...reasons) {
    super(reasons.map(([key]) => key).join());
    this.reasons = reasons;
  }
}

/**
 * The three values, or for each field that is wrong the reasons.
 *
 * @param {URLSearchParams} query of a field that is given twice, the last counts
 * @param {string} language
 * @returns {{parcel: {country: string, weightGrams: bigint, subtotalCents: bigint}} | {errors: Record<string, string[]>}}
 */
export function readQuery(query, language) {
  const errors = {};
  const read = (name, parse) => {
    try {
      return parse(query.getAll(name).at(-1));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      errors[name] = refusal.reasons.map(([key, limit]) => text(key, language, limit));
    }
  };
  const parcel = {
    country: read("country", country),
    weightGrams: read("weight_grams", weight),
    subtotalCents: read("subtotal", subtotal),
  };
  return Object.keys(errors).length ? { errors } : { parcel };
}

function country(value) {
  if (value === undefined) throw new Refusal(["required"]);
  const stripped = value.replace(BLANK_ENDS, "");
  if (stripped === "") throw new Refusal(["blank"]);
  const reasons = [];
  if ([...stripped].length > 2) reasons.push(["tooLong", 2]);
  if (stripped.includes("\0")) reasons.push(["nullCharacter"]);
  if (reasons.length) throw new Refusal(...reasons);
  return stripped;
}

function weight(value) {
  if (value === undefined) throw new Refusal(["required"]);
  if (value.length > HUGE_TEXT) throw new Refusal(["hugeText"]);
  const digits = value.replace(TRAILING_ZEROS, "").replace(BLANK_ENDS, "");
  if (!INTEGER.test(digits)) throw new Refusal(["noInteger"]);
  const grams = BigInt(digits.replaceAll("_", "").replace("+", ""));
  if (grams > MAX_WEIGHT_GRAMS) throw new Refusal(["tooLarge", MAX_WEIGHT_GRAMS]);
  if (grams < 0n) throw new Refusal(["tooSmall", 0]);
  return grams;
}

function subtotal(value) {
  if (value === undefined || value === "") return 0n;
  const stripped = value.replace(BLANK_ENDS, "");
  if (stripped.length > HUGE_TEXT) throw new Refusal(["hugeText"]);
  const match = NUMBER.exec(stripped.replaceAll("_", ""));
  if (!match) throw new Refusal(["noNumber"]);
  const [, sign, whole = "", fraction = "", onlyFraction = "", exponentText = "0"] = match;
  const decimals = fraction || onlyFraction;
  const digits = BigInt(whole + decimals);
  const exponent = BigInt(exponentText) - BigInt(decimals.length);
  checkPrecision(BigInt(String(digits).length), exponent);
  if (sign === "-" && digits > 0n) throw new Refusal(["tooSmall", 0]);
  return digits * 10n ** (exponent + MAX_DECIMALS);
}

/** Counts as the decimal type of the shop does: the digits as they are written, leading zeros left out. */
function checkPrecision(digits, exponent) {
  const decimals = exponent < 0n ? -exponent : 0n;
  const total = exponent >= 0n ? digits + exponent : digits > decimals ? digits : decimals;
  if (total > MAX_DIGITS) throw new Refusal(["digits", MAX_DIGITS]);
  if (decimals > MAX_DECIMALS) throw new Refusal(["decimals", MAX_DECIMALS]);
  if (total - decimals > MAX_DIGITS - MAX_DECIMALS) throw new Refusal(["wholeDigits", MAX_DIGITS - MAX_DECIMALS]);
}
