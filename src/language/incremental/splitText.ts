import { keyText, matchAt } from '../regularPatterns.js';
import { Part, type Flow, type PartRole, type Section } from './part.js';

// Cuts a text into parts that mean the same by themselves as in their place: the entries of the top, and the items of lists
// there. It looks at indentation alone: what is indented more belongs to what stands before, whether it can be read or not.

/** Thrown where a text cannot be cut, or a part cannot be read by itself: then the whole is read as one. */
export const onlyWhole = Symbol('to be read as a whole');

const [tab, lineFeed, carriageReturn, blank, hash, dash] = [9, 10, 13, 32, 35, 45];

/** Sticky. */
const topKey = /(?:[A-Za-z_][\w.\-/]{0,100}|"[^"\\\n]{1,100}"|'[^'\n]{1,100}'):(?=[ \r\n]|$)/y;
/** Behind a key: nothing but a comment. */
const nothing = / *(?: #[^\n]*)?\r?(?=\n|$)/y;
/** Behind a key: what may be about the lines that follow. */
const ofWhatFollows = / *[&!*]/y;
/** A line that can be no key, whatever follows: plain text without a colon, or what no value starts with. */
const noKey = /(?:[,\]}@`]|(?!\.\.\.)[\w./~$+(;=\\^<](?:[^:\n]|:(?![\s]|$))*(?=\n|$))/y;
const documentStart = /--- *(?:#[^\n]*)?\r?(?=\n|$)/y;

/** Parts whose content decides about others: read as one, so that they are all at hand. */
const undivided = new Set(['partials', 'custom_plugins', 'cloned_plugins']);

export const nowhere: Flow = { section: undefined, empty: false, column: undefined, before: undefined };

/** What is being cut. */
interface Open {
  role: PartRole;
  section: Section | undefined;
  resumes: boolean;
  text: string;
  breaks: number;
}

/** Cuts pieces of a text, handed in one after the other; each but the last ends with a line. */
export class Splitter {
  readonly parts: Part[] = [];
  private open: Open | undefined;
  private hasStart = false;

  /**
   * @param flow what stands before the first piece.
   * @param sections that are known by their keys, to be found again.
   */
  constructor(
    public flow: Flow = nowhere,
    private readonly sections = new Map<string, Section>(),
  ) {}

  /** @throws `onlyWhole` */
  push(text: string): void {
    let from = 0;
    let breaks = 0;
    for (let start = 0; start < text.length;) {
      const found = text.indexOf('\n', start);
      const end = found < 0 ? text.length : found + 1;
      let at = start;
      let code = text.charCodeAt(at);
      while (code === blank) code = text.charCodeAt(++at);
      const isContent = at < end && code !== lineFeed && code !== carriageReturn && code !== hash;
      const before = this.flow;
      const next = isContent ? this.startsAt(text, start, at, code) : this.open ? undefined : opened('prologue');
      if (next) {
        this.take(text.slice(from, start), breaks);
        this.close(before);
        this.open = next;
        from = start;
        breaks = 0;
      }
      if (found >= 0) breaks++;
      start = end;
    }
    this.take(text.slice(from), breaks);
  }

  /** The parts, when there is no more to come. */
  end(): Part[] {
    this.close(this.flow);
    return this.parts;
  }

  private take(text: string, breaks: number): void {
    if (!this.open) return;
    this.open.text = this.open.text === '' ? text : this.open.text + text;
    this.open.breaks += breaks;
  }

  private close(after: Flow): void {
    if (!this.open) return;
    const { role, text, breaks, section, resumes } = this.open;
    const part = new Part(role, text, breaks, section, after, resumes);
    if (role === 'head' && section) section.head = part;
    this.parts.push(part);
    this.open = undefined;
  }

  /** The part that starts with a line of content; undefined where the one before goes on. */
  private startsAt(text: string, start: number, at: number, code: number): Open | undefined {
    const indent = at - start;
    if (code === tab) {
      if (!this.open) throw onlyWhole;
      return undefined;
    }
    if (code === dash && isGap(text.charCodeAt(at + 1))) return this.item(indent);
    return indent === 0 ? this.top(text, start, code) : this.below(indent);
  }

  private item(indent: number): Open | undefined {
    const { flow } = this;
    if (!flow.section) throw onlyWhole;
    if (undivided.has(flow.section.key)) {
      if (flow.empty) this.flow = { ...flow, empty: false };
      return undefined;
    }
    if (flow.empty) {
      this.flow = { ...flow, empty: false, column: indent };
      return opened('item', flow.section);
    }
    if (indent > (flow.column ?? 0)) return undefined;
    return indent === flow.column ? opened('item', flow.section) : this.resume(indent);
  }

  /** An item that cannot belong to the entry that stands last: does it to the list before? */
  private resume(indent: number): Open {
    const { before } = this.flow;
    if (before?.column !== indent || !before.section) throw onlyWhole;
    this.flow = before;
    return opened('item', before.section, true);
  }

  private top(text: string, start: number, code: number): Open {
    const written = matchAt(topKey, text, start);
    if (written !== undefined) return this.head(text, start, written);
    if (this.flow.section && matchAt(noKey, text, start) !== undefined) return opened('stray');
    if (code !== dash || this.flow.section || this.hasStart || matchAt(documentStart, text, start) === undefined) {
      throw onlyWhole;
    }
    this.hasStart = true;
    return opened('prologue');
  }

  private head(text: string, start: number, written: string): Open {
    const key = keyText(written.slice(0, -1));
    const behind = start + written.length;
    if (key === undefined || key === '<<' || key in {} || matchAt(ofWhatFollows, text, behind) !== undefined) {
      throw onlyWhole;
    }
    const known = this.sections.get(key);
    this.sections.delete(key);
    const section = known ?? ({ key, items: 0 } as unknown as Section);
    const { flow } = this;
    // One list back is enough to tell where a line that lost its indentation came from.
    const before = flow.column === undefined ? flow.before : { ...flow, before: undefined };
    const empty = matchAt(nothing, text, behind) !== undefined;
    this.flow = { section, empty, column: undefined, before };
    return opened('head', section);
  }

  private below(indent: number): Open | undefined {
    const { flow } = this;
    if (!flow.section) throw onlyWhole;
    if (flow.empty) this.flow = { ...flow, empty: false };
    if (flow.column === undefined || indent > flow.column) return undefined;
    // Neither an item of the list nor a key of the top.
    return opened('stray');
  }
}

const opened = (role: PartRole, section?: Section, resumes = false): Open => ({
  role,
  section,
  resumes,
  text: '',
  breaks: 0,
});

const isGap = (code: number): boolean =>
  code === blank || code === lineFeed || code === carriageReturn || code !== code;
