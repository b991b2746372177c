// Formatting of text and numbers.

export const number = (value) => value.toLocaleString("en");

export function bytes(value) {
  if (value < 1000) return `${value} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 999.5 && unit < units.length - 1);
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A share from 0 to 1: "12%", "0.4%". */
export function percent(share) {
  const value = 100 * share;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;
}

/** Replaces control characters and direction marks by visible escapes. */
export function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.codePointAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

export function shortened(text, most) {
  if (text.length <= most) return visible(text);
  const characters = Array.from(text.slice(0, 2 * most + 2));
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
  return visible(cut);
}

/** A label on one line. */
export function oneLine(label) {
  return label.replaceAll("\n", " ");
}

/**
 * What fits of a label in so many characters: all, its last line, the ends of a dotted name from the
 * longest to the last part, or else the beginning of that. Empty if fewer than three characters fit.
 */
export function fitting(label, room) {
  const last = label.slice(label.lastIndexOf("\n") + 1);
  const names = [oneLine(label), last, ...endings(last)].map(visible);
  const found = names.find((name) => name.length <= room);
  if (found !== undefined) return found;
  const rest = names.at(-1);
  // A number that is cut would be another one.
  return room > 3 && !/^\d/.test(rest) ? shortened(rest, room) : "";
}

/** The endings of a name that say what it is, each shorter than the one before. */
function endings(name) {
  const [, count, type] = /^([\d,]+) smaller: (.*)$/.exec(name) ?? [];
  if (count) {
    const short = dotted(type).at(-1) ?? type;
    return [`${count} ${short}`, short];
  }
  const found = [];
  let rest = name;
  for (const before of [/^.* of (?=.)/, /^[a-z]+ (?=[^(])/i, / at .*$/]) {
    const next = rest.replace(before, "");
    if (next !== rest && next) found.push((rest = next));
  }
  return [...found, ...dotted(rest)];
}

/** `b.c` and `c` of `a.b.c`. */
function dotted(name) {
  // The dots of a key or of a file say nothing.
  const [, path, key] = /^([^[]*)(.*)$/su.exec(name);
  const parts = path.split(".");
  if (!parts.every((part) => /^[\p{L}_][^ /'"]*$/u.test(part))) return [];
  return parts.slice(1).map((_, i) => parts.slice(i + 1).join(".") + key);
}

/** The two lines of a box: what it is and its name. Those of an object are from its type. */
export function linesOf(label, type, kind) {
  const at = label.indexOf("\n");
  if (at >= 0) {
    const rest = label.slice(at + 1).replaceAll("\n", " ");
    const first = label.slice(0, at);
    if (kind === "object") {
      const dot = rest.lastIndexOf(".");
      return dot > 0 ? [rest.slice(0, dot), rest.slice(dot + 1)] : [first, rest];
    }
    return [first, rest];
  }
  const short = type.slice(type.lastIndexOf(".") + 1);
  const named = label.startsWith(short) || type === "value" || type === "";
  return named ? ["", label] : [short, label];
}

/** Whether a type has this name, in full or without its module; names are compared in lower case. */
export function isName(type, name) {
  const full = type.toLowerCase();
  return full === name || full.slice(full.lastIndexOf(".") + 1) === name;
}

/** The number of bytes in a text such as "10 kB"; 0 for anything else. */
export function bytesOf(text) {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*$/i.exec(text) ?? [];
  if (amount === undefined) return 0;
  return Number(amount) * 1000 ** " kmgt".indexOf(unit.toLowerCase() || " ");
}
