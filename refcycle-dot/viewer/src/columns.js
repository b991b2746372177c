// The columns of numbers in the page: base64 of LEB128, that is seven bits a byte, lowest
// first; the top bit means that more follow.

function bytesOf(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  const text = element.textContent;
  // Each column is read once: frees the text.
  element.remove();
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

function countOf(bytes) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += 1 - (bytes[i] >> 7);
  return count;
}

/** Numbers below 2^32; null if the page has no such column. */
export function readColumn(id) {
  const bytes = bytesOf(id);
  if (!bytes) return null;
  const numbers = new Uint32Array(countOf(bytes));
  let at = 0;
  for (let i = 0; i < numbers.length; i++) {
    let byte = bytes[at++];
    let number = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++];
      number |= (byte & 127) << shift;
    }
    numbers[i] = number;
  }
  return numbers;
}

/** Numbers that fit in a double. */
export function readLargeColumn(id) {
  const bytes = bytesOf(id);
  if (!bytes) return null;
  const numbers = new Float64Array(countOf(bytes));
  let at = 0;
  for (let i = 0; i < numbers.length; i++) {
    let number = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[at++];
      number += (byte & 127) * unit;
      if (byte < 128) break;
      unit *= 128;
    }
    numbers[i] = number;
  }
  return numbers;
}

/** Numbers of 64 bits: a function from an index to a BigInt. */
export function readWideColumn(id) {
  const bytes = bytesOf(id);
  if (!bytes) return null;
  const count = countOf(bytes);
  const low = new Uint32Array(count);
  const high = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let unit = 1;
    for (let index = 0; ; index++) {
      const byte = bytes[at++];
      if (index === 4) unit = 1;
      if (index < 4) low[i] += (byte & 127) * unit;
      else high[i] += (byte & 127) * unit;
      if (byte < 128) break;
      unit *= 128;
    }
  }
  return (place) => (BigInt(high[place]) << 28n) | BigInt(low[place]);
}

export function readJson(id) {
  const element = document.getElementById(id);
  const value = JSON.parse(element.textContent);
  element.remove();
  return value;
}
