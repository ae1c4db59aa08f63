import { BSON, type Document } from 'mongodb';

const { deserialize, serialize } = BSON;

/** Values stay what they are: no number becomes another kind of number, no binary a buffer. */
const exact = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
  validation: { utf8: false },
} as const;

/**
 * A document that serializes to just these bytes again; undefined when there is none, as for kinds of values that the
 * library no longer knows.
 */
export function exactDocument(bytes: Uint8Array): Document | undefined {
  const asObject = deserialize(bytes, exact);
  if (isSame(asObject, bytes)) return asObject;
  // Objects put keys such as `10` first: a Map keeps them where they are.
  const asMap = mapOf(bytes, false) as Document;
  return isSame(asMap, bytes) ? asMap : undefined;
}

const isSame = (value: Document, bytes: Uint8Array): boolean => Buffer.compare(serialize(value), bytes) === 0;

const [embedded, array] = [3, 4];

function mapOf(bytes: Uint8Array, isArray: boolean): Map<string, unknown> | unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const map = new Map<string, unknown>();
  let at = 4;
  while (at < bytes.length - 1) {
    const kind = bytes[at] ?? 0;
    const nameEnd = bytes.indexOf(0, at + 1);
    const name = Buffer.from(bytes.subarray(at + 1, nameEnd)).toString('utf8');
    const start = nameEnd + 1;
    const end = start + sizeOf(kind, view, start);
    const value = bytes.subarray(start, end);
    if (kind === embedded || kind === array) map.set(name, mapOf(value, kind === array));
    else map.set(name, deserialize(wrap(bytes.subarray(at, end)), exact)[name]);
    at = end;
  }
  return isArray ? [...map.values()] : map;
}

/** One element as a document of its own. */
function wrap(element: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(element.length + 5);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.set(element, 4);
  return bytes;
}

const fixed: Readonly<Record<number, number>> = {
  0x01: 8,
  0x06: 0,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x0a: 0,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
  0x7f: 0,
  0xff: 0,
};

/** Bytes of a value of this kind that starts here. */
function sizeOf(kind: number, view: DataView, at: number): number {
  const known = fixed[kind];
  if (known !== undefined) return known;
  if (kind === 0x0b) return stringsEnd(view, at) - at;
  const length = view.getInt32(at, true);
  if (kind === 0x05) return length + 5;
  if (kind === 0x0c) return length + 16;
  return kind === embedded || kind === array || kind === 0x0f ? length : length + 4;
}

/** Of a regular expression: behind its two texts. */
function stringsEnd(view: DataView, from: number): number {
  let at = from;
  for (let texts = 0; texts < 2; at++) if (view.getUint8(at) === 0) texts++;
  return at;
}
