import type { OperationContext } from '../core/context.js';
import type { EntityJudge, FileJudge, GatewayProbe } from '../core/driver.js';
import { defaultWorkspace, type GatewayInfo, type Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { isObject } from '../core/json.js';
import { readDirectives } from '../language/directives.js';
import type { KongDocument } from '../language/document.js';
import { questionsOf, type Questions } from '../language/online/questions.js';
import type { ValidationRules } from '../language/rules.js';
import { type FileKind, validateDocument } from '../language/validate.js';
import type { SchemaFacts } from '../schema/facts.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';
import { ownSchemas, withOwnSchemas } from '../schema/ownSchemas.js';
import { askGateway, askTool, type Heard, type OnlineGap } from './askOnline.js';
import { declarativeFiles, readDeclarative } from './declarativeFiles.js';
import type { FactsSources } from './gatewayFacts.js';
import { refuseUnknownChecks } from './unknownChecks.js';
import { type FileVerdict, shown } from './judgeDocument.js';

export interface OnlineParts extends FactsSources {
  probe: GatewayProbe;
  judge: EntityJudge;
  /** decK, for environments whose engine it is. */
  deck: FileJudge;
  /** The gateway's own program, for environments that say how to run it. */
  kong?(target: Target): FileJudge | undefined;
}

/** What a file is to the gateway itself. */
export interface OnlineVerdict extends FileVerdict {
  environment: string;
  /** Who was asked: `Kong 3.9.3 (staging)`. */
  gateway: string;
  /** `taken`: everything was asked and nothing refused. `unproved`: nothing was refused, but not all of it could be asked. */
  verdict: 'taken' | 'refused' | 'unproved';
  /** By what, and how much of the file: entities that are alike are asked about once. */
  asked: { by: string; entities: number }[];
  gaps: OnlineGap[];
}

export interface OnlineOptions {
  kind: 'auto' | FileKind;
  rules?: ValidationRules;
  /** False to judge by the gateway's own schemas, without asking it of each entity. */
  ask?: boolean;
}

/**
 * Asks the gateway itself whether it would take files; nothing is written. What its schemas cannot tell (references,
 * uniqueness, what decK wants) is judged here, beside it, by the gateway's own schemas.
 * @throws KongBackupError `file-unreadable`, `gateway-*`, `workspace-missing`, `tool-*`, `cancelled`.
 */
export async function validateOnline(
  parts: OnlineParts,
  target: Target,
  places: readonly string[],
  options: OnlineOptions,
  context: OperationContext,
): Promise<OnlineVerdict[]> {
  refuseUnknownChecks(options.rules);
  const files = await declarativeFiles(places);
  context.report({ step: 'probe', subject: target.environment.name });
  const gateway = await parts.probe.probe(target, context);
  const documents: [string, KongDocument][] = [];
  for (const file of files) documents.push([file, await readDeclarative(file)]);
  const { facts, gaps } = await factsFor(parts, target, gateway, documents, options, context);
  const verdicts: OnlineVerdict[] = [];
  for (const [file, document] of documents) {
    throwIfCancelled(context.signal, file);
    const judged = await judge(parts, target, { file, document, gateway, facts }, options, context);
    const all = [...judged.gaps, ...gaps];
    verdicts.push({ ...judged, gaps: all, verdict: verdictOf(judged.valid, all) });
  }
  return verdicts;
}

const verdictOf = (valid: boolean, gaps: readonly OnlineGap[]): OnlineVerdict['verdict'] =>
  !valid ? 'refused' : gaps.length > 0 ? 'unproved' : 'taken';

/** The gateway's own schemas of what the files use, over those that are shipped for its version. */
async function factsFor(
  { shipped, schemas }: OnlineParts,
  target: Target,
  gateway: GatewayInfo,
  documents: readonly [string, KongDocument][],
  options: OnlineOptions,
  context: OperationContext,
): Promise<{ facts: SchemaFacts; gaps: OnlineGap[] }> {
  const { version, edition, plugins } = gateway;
  const known = await shipped.facts(version);
  const wanted = { kinds: new Set<string>(['plugins']), plugins: new Set<string>() };
  for (const [, document] of documents) {
    const kind = formatFor(gateway, document, options);
    for (const question of questionsOf(document, { kind, facts: known, edition, plugins }).questions) {
      wanted.kinds.add(question.kind);
      const { name } = question.value;
      if (question.kind === 'plugins' && typeof name === 'string') wanted.plugins.add(name);
    }
  }
  const { failed, ...answers } = await schemas.schemas(target, wanted, context);
  const { own, ignored } = ownSchemas(answers, known);
  const gaps = [
    ...failed.map(({ name, error }) => ({ kind: name, reason: `Its schema could not be read: ${error.reason}` })),
    ...ignored.map((name) => ({
      kind: name,
      reason: 'The schema that the gateway gives makes no sense; it is not used.',
    })),
  ];
  return { facts: withOwnSchemas(known, own), gaps };
}

interface OneFile {
  file: string;
  document: KongDocument;
  gateway: GatewayInfo;
  facts: SchemaFacts;
}

async function judge(
  parts: OnlineParts,
  target: Target,
  { file, document, gateway, facts }: OneFile,
  options: OnlineOptions,
  context: OperationContext,
): Promise<Omit<OnlineVerdict, 'verdict'>> {
  const { version, edition, plugins } = gateway;
  const { rules, ask = true } = options;
  const kind = formatFor(gateway, document, options);
  const source = `Kong ${version} (${target.environment.name})`;
  const how = { kind, facts, edition, plugins };
  const questions = questionsOf(document, how);
  const nothing: Heard = { findings: [], asked: [], gaps: [] };
  const request = { file, document, questions, workspace: workspaceOf(document, gateway, target), source };
  const heard = ask ? await askAll(parts, target, request, gateway, context) : nothing;
  const { findings, asked, gaps } = heard;
  const verdict = validateDocument(document, { ...how, crypto: nodeCrypto, ...(rules && { rules }), heard: findings });
  return {
    file,
    kind: verdict.kind,
    gatewayVersion: facts.version,
    valid: verdict.valid,
    diagnostics: verdict.diagnostics.map(shown),
    environment: target.environment.name,
    gateway: source,
    asked,
    gaps: [...gaps, ...namedVersion(document, version)],
  };
}

interface FileRequest {
  file: string;
  document: KongDocument;
  questions: Questions;
  workspace: string;
  source: string;
}

/** decK where the environment wants it, the gateway's own program where there is one, else the gateway's own schemas. */
async function askAll(
  { judge, deck, kong }: OnlineParts,
  target: Target,
  request: FileRequest,
  { mode }: GatewayInfo,
  context: OperationContext,
): Promise<Heard> {
  const { kind } = request.questions;
  const ofFormat: OnlineGap[] =
    kind === 'deck' && mode === 'dbless'
      ? [{ reason: 'The gateway has no database: it takes a file of its own format only, and none of decK.' }]
      : [];
  const tool = kind === 'deck' ? (target.environment.engine === 'deck' ? deck : undefined) : kong?.(target);
  const ofTool =
    tool && (await askTool(tool, target, request, context).catch((error: unknown) => withoutTool(error, kind)));
  const heard = ofTool?.isWhole ? ofTool : await askGateway(judge, target, request, context);
  const before = ofTool && !ofTool.isWhole ? ofTool : undefined;
  return {
    findings: [...(before?.findings ?? []), ...heard.findings],
    asked: [...(before?.asked ?? []), ...heard.asked],
    gaps: [...ofFormat, ...(before?.gaps ?? []), ...heard.gaps],
  };
}

/** Without kong's own program its Admin API is asked; who chose decK wants to know why it does not work. */
function withoutTool(error: unknown, kind: FileKind): Heard & { isWhole: boolean } {
  if (kind === 'deck' || !isKongBackupError(error) || !error.code.startsWith('tool-')) throw error;
  return { findings: [], asked: [], gaps: [{ reason: `${error.place}: ${error.reason}` }], isWhole: false };
}

/** A gateway without a database reads its own format only, whatever a file looks like. */
function formatFor({ mode }: GatewayInfo, { text, lines }: KongDocument, { kind }: OnlineOptions): 'auto' | FileKind {
  if (kind !== 'auto') return kind;
  return readDirectives(text, lines).kind ?? (mode === 'dbless' ? 'dbless' : 'auto');
}

/** @throws KongBackupError `workspace-missing`. */
function workspaceOf({ value }: KongDocument, { workspaces, workspacesKnown }: GatewayInfo, target: Target): string {
  const named = isObject(value) ? value['_workspace'] : undefined;
  const workspace = typeof named === 'string' && named !== '' ? named : defaultWorkspace;
  if (workspace === defaultWorkspace || !workspacesKnown || workspaces.includes(workspace)) return workspace;
  throw new KongBackupError('workspace-missing', {
    place: target.environment.name,
    reason: `The file is for the workspace ${workspace}, which the gateway does not have.`,
    remedy: `Correct \`_workspace\` in the file, or create the workspace. The gateway has ${workspaces.join(', ')}.`,
  });
}

/** Who writes a version into a file means another gateway, maybe. */
function namedVersion({ text, lines }: KongDocument, version: string): OnlineGap[] {
  const named = readDirectives(text, lines).gatewayVersion;
  if (named === undefined || version.startsWith(named)) return [];
  return [{ reason: `A comment in the file says that it is for Kong ${named}; this gateway is ${version}.` }];
}
