import type { BackupPlan, PlannedPart } from '../core/backupPlan.js';
import type { Gap } from '../core/coverage.js';
import type { CoverageCell, CoverageMatrix, CoverageRow, CoverageState } from '../core/coverageMatrix.js';
import { addCounts, byEntityKind } from '../core/entityCount.js';
import type { JsonObject } from '../core/json.js';
import { type PartKind, partKinds } from '../core/part.js';
import type { Counts, Manifest, PartFormat } from '../core/snapshot.js';
import { fidelityNotes, pathOf } from './credentialFidelity.js';
import { knownKinds } from './kinds.js';

interface Column {
  part: PartKind;
  driver: string;
  format?: PartFormat;
  details?: JsonObject | undefined;
  /** By kind; undefined where nobody knows before it is taken. */
  counts: Counts | undefined;
}

interface Facts {
  columns: readonly Column[];
  gaps: readonly Gap[];
  /** What the gateway itself counts of entities, where it was asked. */
  live?: Counts;
  /** Whether the gateway has a database that could be dumped. */
  hasDatabase: boolean;
}

/** What a backup would hold. @param live what the gateway has, over all workspaces; `gaps`: what it does not show. */
export function plannedMatrix(
  { gateway, parts }: BackupPlan,
  live: { counts: Counts; gaps: readonly Gap[] },
): CoverageMatrix {
  const taken = parts.filter(({ selected, availability }) => selected && availability.available);
  const columns = taken.map(({ part, driver, counts }) => ({
    part,
    driver,
    counts: part === 'entities' ? live.counts : counts,
  }));
  const left = parts.filter((each) => !taken.includes(each)).map(gapOf);
  const gaps = [...live.gaps, ...left];
  return matrixOf({ columns, gaps, live: live.counts, hasDatabase: gateway.mode !== 'dbless' });
}

const gapOf = ({ part, availability }: PlannedPart): Gap =>
  availability.available
    ? { part, reason: 'It is not chosen.', remedy: 'Choose it in the plan of the backup.' }
    : { part, reason: availability.reason, remedy: availability.remedy };

/** What a snapshot holds. */
export function snapshotMatrix({
  parts,
  coverage,
  gateway,
}: Pick<Manifest, 'parts' | 'coverage' | 'gateway'>): CoverageMatrix {
  const columns = new Map<PartKind, Column>();
  for (const { kind, driver, format, details, counts } of parts) {
    const column = columns.get(kind) ?? { part: kind, driver: driver.id, format, details, counts: {} };
    column.counts = addCounts(column.counts ?? {}, counts);
    columns.set(kind, column);
  }
  const hasDatabase = gateway.mode !== 'dbless';
  return matrixOf({ columns: [...columns.values()], gaps: coverage.notHeld, hasDatabase });
}

/** Parts that hold the same entities, each in its own way. */
const entityParts: readonly PartKind[] = ['entities', 'database', 'declarative-file'];
/** Kinds of entities that decK's format does not know, but a database has. */
const furtherKinds: readonly string[] = ['oauth2_tokens', 'workspaces'];

function matrixOf({ columns: unordered, gaps, live, hasDatabase }: Facts): CoverageMatrix {
  const columns = [...unordered].sort((a, b) => partKinds.indexOf(a.part) - partKinds.indexOf(b.part));
  const entityKinds = new Set([
    ...Object.keys(live ?? {}),
    ...columns.filter(({ part }) => part === 'entities').flatMap(({ counts }) => Object.keys(counts ?? {})),
    ...gaps.flatMap(({ part, kind }) => (entityParts.includes(part) || part === 'credentials' ? (kind ?? []) : [])),
    ...columns
      .filter(({ part }) => entityParts.includes(part))
      .flatMap(({ counts }) => Object.keys(byEntityKind(counts ?? {})).filter(isEntityKind)),
  ]);
  const facts: Facts = { columns, gaps, hasDatabase, ...(live && { live }) };
  const rows = [...entityKinds].sort().map((kind) => rowOf('entities', kind, facts));
  for (const part of partKinds) rows.push(...ownRows(part, facts));
  const totals: Record<CoverageState, number> = { held: 0, partly: 0, 'not-held': 0 };
  for (const { state } of rows) totals[state]++;
  return { columns: columns.map(({ part, driver }) => ({ part, driver })), rows, totals };
}

const isEntityKind = (kind: string): boolean => knownKinds.includes(kind) || furtherKinds.includes(kind);

/** Rows of what belongs to no entity: the kinds of a part, or the part as a whole. */
function ownRows(part: PartKind, { columns, gaps, hasDatabase }: Facts): CoverageRow[] {
  const column = columns.find((each) => each.part === part);
  const own = gaps.filter((gap) => gap.part === part);
  if (part === 'entities' || part === 'credentials') return [];
  const facts = { columns, gaps, hasDatabase };
  const isEntities = entityParts.includes(part);
  const kinds = isEntities ? [] : [...Object.keys(column?.counts ?? {}), ...own.flatMap(({ kind }) => kind ?? [])];
  if (kinds.length > 0) return [...new Set(kinds)].sort().map((kind) => rowOf(part, kind, facts));
  if (column || own.some(({ kind }) => kind === undefined)) return [rowOf(part, part, facts)];
  return [];
}

const rank: Readonly<Record<CoverageState, number>> = { held: 0, partly: 1, 'not-held': 2 };

function rowOf(part: PartKind, kind: string, { columns, gaps, live, hasDatabase }: Facts): CoverageRow {
  // A dump that is there already needs no advice to take one.
  const lacksDump = hasDatabase && !columns.some((column) => column.part === 'database');
  const found = columns.map((column) => cellOf(part, kind, column, { gaps, hasDatabase, lacksDump }));
  const count = live?.[kind] ?? mostOf(found);
  const cells = found.map((cell) => lessThan(count, cell));
  const state =
    cells.flatMap((cell) => (cell.state === 'none' ? [] : [cell.state])).sort((a, b) => rank[a] - rank[b])[0] ??
    'not-held';
  const why = gaps.filter(
    (gap) => (gap.part === part || gap.part === 'credentials') && (gap.kind === kind || kind === part),
  );
  const notes = state === 'held' ? [] : [...why.map(gapNote), ...cells.flatMap((cell) => cell.notes)];
  return {
    kind,
    part,
    ...(count !== undefined && { count }),
    state,
    cells,
    notes: [...new Set(notes.length > 0 || state === 'held' ? notes : [unknownWhy])],
  };
}

const unknownWhy = 'No part holds it. Add the database to the environment: a dump holds all of it.';

const gapNote = ({ workspace, reason, remedy }: Gap): string =>
  `${workspace === undefined ? '' : `${workspace}: `}${reason} ${remedy}`.trim();

function mostOf(cells: readonly CoverageCell[]): number | undefined {
  const counts = cells.flatMap(({ count }) => count ?? []);
  return counts.length === 0 ? undefined : Math.max(...counts);
}

/** A part that holds fewer than there are does not hold the kind: of another gateway it may be, or of another moment. */
function lessThan(there: number | undefined, cell: CoverageCell): CoverageCell {
  const { part, state, count, notes } = cell;
  if (there === undefined || count === undefined || count >= there || state === 'none') return cell;
  const note = `Of ${there}, ${part} holds ${count}.`;
  return { ...cell, state: count === 0 ? 'not-held' : 'partly', notes: [note, ...notes] };
}

function cellOf(
  rowPart: PartKind,
  kind: string,
  column: Column,
  { gaps, hasDatabase, lacksDump }: Pick<Facts, 'gaps' | 'hasDatabase'> & { lacksDump: boolean },
): CoverageCell {
  const { part } = column;
  const holds = rowPart === part || (rowPart === 'entities' && entityParts.includes(part));
  if (!holds) return { part, state: 'none', notes: [] };
  const counts = column.counts && byEntityKind(column.counts);
  const count = kind === part ? undefined : counts?.[kind];
  const about = gaps.filter((gap) => gap.part === part && (gap.kind === kind || (gap.absent && part === rowPart)));
  const isGone = about.some(({ partial, absent }) => partial !== true && absent !== true);
  const isThere = kind === part || count !== undefined || column.counts === undefined;
  if (isGone || !isThere) return { part, state: 'not-held', notes: about.map(gapNote) };
  const path = pathOf(part, column.format, column.details, hasDatabase);
  const fidelity = path && rowPart === 'entities' && count !== 0 ? fidelityNotes(path, kind) : [];
  const notes = [
    ...about.map(gapNote),
    // What there is none of can't be brought back in a wrong way.
    ...(lacksDump ? withWayOut(fidelity) : fidelity),
  ];
  return { part, state: notes.length > 0 ? 'partly' : 'held', ...(count !== undefined && { count }), notes };
}

/** Of all paths only that of the database brings every login back. */
const withWayOut = (notes: readonly string[]): string[] =>
  notes.length === 0
    ? []
    : [...notes, 'A dump of the database keeps them: say under "database" in the environments file where it is.'];
