/** How Python writes a text that it quotes; the shop's messages quote what a caller sent. */

const SHORT = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `repr()` of a text: single quotes, or double ones where only a single quote is inside. */
export function quoted(value) {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const inside = [...value].map((character) => {
    if (character === quote) return `\\${quote}`;
    return SHORT[character] ?? (/[\p{C}\p{Z}]/u.test(character) && character !== " " ? escaped(character) : character);
  });
  return quote + inside.join("") + quote;
}

function escaped(character) {
  const code = character.codePointAt(0);
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
