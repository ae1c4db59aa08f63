/** An entry of the map that a file is: where its lines start and end. */
export interface TopEntry {
  start: number;
  end: number;
  /** Blanks before the dashes of its items. */
  indent: number;
  /** Where the lines of each item start; absent for anything but a list of maps. */
  items?: number[];
}

/** A text, and the entries of its top by their names. */
export interface ScannedText {
  text: string;
  entries: ReadonlyMap<string, TopEntry>;
}

const [lineBreak, blank, hash, dash] = [10, 32, 35, 45];
const key = /([a-z_]+):(.*)/y;

/**
 * Finds the entries of a file and the items of its lists by their indentation alone.
 * @returns undefined for a text in which that could be wrong: other line breaks, anchors, templates, several documents, no block at all.
 */
export function scanTop(text: string): ScannedText | undefined {
  if (!text.endsWith('\n') || text.includes('\r') || text.includes('${{') || hasAnchors(text)) return undefined;
  const entries = new Map<string, TopEntry>();
  let current: TopEntry | undefined;
  let waitsForItem = false;
  const start = text.startsWith('---\n') ? 4 : 0;
  for (let at = start, next: number; at < text.length; at = next) {
    next = text.indexOf('\n', at) + 1;
    const code = text.charCodeAt(at);
    // Most lines are in an item at the margin: nothing more need be known of them.
    if (code === blank && current?.items && current.indent === 0) continue;
    if (code === lineBreak || code === hash) continue;
    if (code === blank || code === dash) {
      if (!current) return undefined;
      const { items, indent } = current;
      if (items) {
        const place = dashAt(text, at, indent);
        if (place === 'item') items.push(at);
        else if (place === 'before') return undefined;
      } else if (waitsForItem) {
        waitsForItem = false;
        const first = indentOf(text, at);
        if (text.charCodeAt(at + first) === dash) {
          if (dashAt(text, at, first) !== 'item') return undefined;
          Object.assign(current, { indent: first, items: [at] });
        } else if (code === dash) return undefined;
      } else if (code === dash) return undefined;
      continue;
    }
    key.lastIndex = at;
    const [, name, value = ''] = key.exec(text) ?? [];
    if (name === undefined || entries.has(name)) return undefined;
    if (current) current.end = at;
    current = { start: at, end: text.length, indent: 0 };
    waitsForItem = value.trim() === '';
    entries.set(name, current);
  }
  return { text, entries };
}

/** Whether a line starts an item, goes on with one, or stands before where the dashes are. */
function dashAt(text: string, at: number, indent: number): 'item' | 'inside' | 'before' {
  for (let n = 0; n < indent; n++) {
    const code = text.charCodeAt(at + n);
    if (code === lineBreak) return 'inside';
    if (code !== blank) return 'before';
  }
  const code = text.charCodeAt(at + indent);
  if (code !== dash) return code === blank || code === lineBreak || code === hash ? 'inside' : 'before';
  const isItem = text.charCodeAt(at + indent + 1) === blank && /[a-z_]/.test(text.charAt(at + indent + 2));
  return isItem ? 'item' : 'before';
}

function indentOf(text: string, at: number): number {
  let here = at;
  while (text.charCodeAt(here) === blank) here++;
  return here - at;
}

/** What one part names stands in another. */
function hasAnchors(text: string): boolean {
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    if (at === 0 || ' \n[{,'.includes(text.charAt(at - 1))) return true;
  }
  return false;
}
