/** What callers are told, in each language of the shop: the words that they have read there so far. */

export const LANGUAGES = ["en", "de"];

/** @type {Record<string, {en: string, de: string}>} `{limit}` is filled in. */
const TEXTS = {
  required: { en: "This field is required.", de: "Dieses Feld ist zwingend erforderlich." },
  blank: { en: "This field may not be blank.", de: "Dieses Feld darf nicht leer sein." },
  tooLong: {
    en: "Ensure this field has no more than {limit} characters.",
    de: "Stelle sicher, dass dieses Feld nicht mehr als {limit} Zeichen lang ist.",
  },
  nullCharacter: { en: "Null characters are not allowed.", de: "Nullzeichen sind nicht erlaubt." },
  hugeText: { en: "String value too large.", de: "Zeichenkette zu lang." },
  noInteger: { en: "A valid integer is required.", de: "Eine gültige Ganzzahl ist erforderlich." },
  noNumber: { en: "A valid number is required.", de: "Eine gültige Zahl ist erforderlich." },
  tooSmall: {
    en: "Ensure this value is greater than or equal to {limit}.",
    de: "Stelle sicher, dass dieser Wert größer oder gleich {limit} ist.",
  },
  tooLarge: {
    en: "Ensure this value is less than or equal to {limit}.",
    de: "Stelle sicher, dass dieser Wert kleiner oder gleich {limit} ist.",
  },
  digits: {
    en: "Ensure that there are no more than {limit} digits in total.",
    de: "Stelle sicher, dass es insgesamt nicht mehr als {limit} Ziffern lang ist.",
  },
  decimals: {
    en: "Ensure that there are no more than {limit} decimal places.",
    de: "Stelle sicher, dass es nicht mehr als {limit} Nachkommastellen lang ist.",
  },
  wholeDigits: {
    en: "Ensure that there are no more than {limit} digits before the decimal point.",
    de: "Stelle sicher, dass es nicht mehr als {limit} Stellen vor dem Komma lang ist.",
  },
  notFound: { en: "Not found.", de: "Nicht gefunden." },
  notAcceptable: {
    en: "Could not satisfy the request Accept header.",
    de: "Kann die Accept Kopfzeile der Anfrage nicht erfüllen.",
  },
};

/** One sentence. Throws for a key or a language that is not there, which is a mistake in this program. */
export function text(key, language, limit = "") {
  return TEXTS[key][language].replace("{limit}", String(limit));
}
