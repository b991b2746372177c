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
  const lines = label.split("\n");
  return lines.length > 1 ? `${lines[0]} ${lines.slice(1).join(" ")}` : label;
}

const CONTAINERS = new Set(["dict", "list", "tuple", "set", "frozenset"]);
const KINDS = {
  function: "function",
  instancemethod: "function",
  module: "module",
  type: "type",
  frame: "frame",
};

/** The kind of an object, which determines its colour. */
export function kindOf(label, type) {
  const first = label.split("\n", 1)[0];
  if (first !== label) {
    if (KINDS[first]) return KINDS[first];
    if (/(generator|coroutine)$/.test(type)) return "frame";
    if (/(builtin_function_or_method|method_descriptor)$/.test(type)) return "function";
    if (first === "object") return "object";
    if (/^cycle of /.test(first)) return "cycle";
  }
  const word = first.split(/[[ ]/, 1)[0];
  if (CONTAINERS.has(word) && first.endsWith("]")) return "container";
  if (type === "cycle") return "cycle";
  // A group of the overview, named after its type.
  if (first === type || first.startsWith(`${type} × `)) {
    if (CONTAINERS.has(type)) return "container";
    return KINDS[type] ?? (type.includes(".") ? "object" : "value");
  }
  return "value";
}

/** The two lines of a box: its kind and its name. */
export function linesOf(label, type) {
  const at = label.indexOf("\n");
  if (at >= 0) {
    const rest = label.slice(at + 1).replaceAll("\n", " ");
    const first = label.slice(0, at);
    if (first === "object") {
      const dot = rest.lastIndexOf(".");
      return dot > 0 ? [rest.slice(0, dot), rest.slice(dot + 1)] : ["object", rest];
    }
    return [first, rest];
  }
  const short = type.slice(type.lastIndexOf(".") + 1);
  const named = label.startsWith(short) || type === "value" || type === "";
  return named ? ["", label] : [short, label];
}
