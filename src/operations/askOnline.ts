import type { OperationContext } from '../core/context.js';
import type { EntityJudge, FileJudge } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';
import { complaintsInFields, type Complaint } from '../language/online/complaint.js';
import { complaintsInDeckText } from '../language/online/deckText.js';
import { type Finding, findingsOf } from '../language/online/findings.js';
import { complaintsInKongText } from '../language/online/kongText.js';
import { entitiesOf, type Questions } from '../language/online/questions.js';
import type { KongDocument } from '../language/document.js';
import { validateDocument } from '../language/validate.js';
import { formatPath, type Path } from '../schema/problem.js';

/** Something of a file that nobody was asked about, or that nobody answered for. */
export interface OnlineGap {
  /** A kind or plugin; absent when it is about the file. */
  kind?: string;
  /** How many entities it is about. */
  count?: number;
  /** A sentence. */
  reason: string;
}

/** What was said of a file, by whom, and what was not. */
export interface Heard {
  findings: Finding[];
  asked: { by: string; entities: number }[];
  gaps: OnlineGap[];
}

export interface Asking {
  file: string;
  document: KongDocument;
  questions: Questions;
  workspace: string;
  /** `Kong 3.9.3 (staging)` */
  source: string;
}

/** Asks the gateway's schemas of each entity. @throws KongBackupError `gateway-*`, `cancelled`. */
export async function askGateway(
  judge: EntityJudge,
  target: Target,
  { document, questions: { questions, entities, templated, unasked }, workspace, source }: Asking,
  context: OperationContext,
): Promise<Heard> {
  if (document.problems.length > 0) {
    return { findings: [], asked: [], gaps: [{ reason: 'The file cannot be read, so there was nothing to ask.' }] };
  }
  const answers = await judge.judge(target, { workspace, questions }, context);
  const findings: Finding[] = [];
  const gaps = new Map<string, Required<OnlineGap>>();
  answers.forEach((answer, index) => {
    const question = questions[index];
    if (!question || answer.verdict === 'taken') return;
    const { kind, value, places } = question;
    if (answer.verdict === 'refused') {
      const inFields = complaintsInFields(answer.fields, value);
      const complaints = inFields.length > 0 ? inFields : [{ path: [], message: answer.message, entity: true }];
      for (const place of places) findings.push(...findingsOf(complaints, place, { document, source }));
    } else {
      const gap = gaps.get(kind) ?? { kind, count: 0, reason: answer.reason };
      gaps.set(kind, { ...gap, count: gap.count + places.length });
    }
  });
  const left = [...gaps.values()].reduce((sum, { count }) => sum + count, 0);
  return {
    findings,
    asked: [{ by: `the Admin API of ${source}`, entities: entities - left }],
    gaps: [...gaps.values(), ...templates(templated), ...lists(unasked)],
  };
}

const templates = (count: number): OnlineGap[] =>
  count === 0 ? [] : [{ count, reason: 'Values that only decK can fill in were not judged.' }];

const lists = (names: readonly string[]): OnlineGap[] =>
  names.map((kind) => ({ kind, reason: 'A gateway cannot be asked about this list without writing.' }));

/**
 * Asks a tool about the whole file. @returns `isWhole` when nobody else needs to be asked.
 * @throws KongBackupError `tool-*`, `gateway-*`, `cancelled`.
 */
export async function askTool(
  judge: FileJudge,
  target: Target,
  { file, document, questions, workspace, source }: Asking,
  context: OperationContext,
): Promise<Heard & { isWhole: boolean }> {
  throwIfCancelled(context.signal, file);
  context.report({ step: 'validate', subject: file });
  const said = await judge.judgeFile(target, { workspace, file }, context);
  const { complaints, gaps } =
    said.text === '' ? { complaints: [], gaps: [] } : readText(said.text, document, questions);
  if (said.text !== '' && complaints.length === 0 && gaps.length === 0) throw said.failure();
  const findings = findingsOf(complaints, [], {
    document,
    source: said.asksGateway ? `${said.tool}, ${source}` : said.tool,
  });
  const by = said.asksGateway ? said.tool : `${said.tool} (which asks no gateway)`;
  return {
    findings,
    asked: [{ by, entities: questions.entities }],
    gaps,
    isWhole: said.asksGateway,
  };
}

function readText(
  text: string,
  document: KongDocument,
  { kind, facts }: Questions,
): { complaints: readonly Complaint[]; gaps: OnlineGap[] } {
  if (kind === 'dbless') return { complaints: complaintsInKongText(text, document.value) ?? [], gaps: [] };
  const { diagnostics } = validateDocument(document, { kind, facts });
  const wrong = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  const isSuspect = (path: Path): boolean => wrong.has(formatPath(path));
  const read = complaintsInDeckText(text, document.value, entitiesOf(document, kind, facts), isSuspect);
  const unknown = read.unknownKinds.map((name) => ({ kind: name, reason: 'The gateway has no schema of it.' }));
  const isAbout = read.complaints.length > 0 || unknown.length > 0;
  const others = isAbout ? read.others.map((reason) => ({ reason: `decK: ${reason}` })) : [];
  return { complaints: read.complaints, gaps: [...unknown, ...others] };
}
