import pLimit from 'p-limit';
import type { OperationContext } from '../core/context.js';
import type { EntityAnswer, EntityQuestion } from '../core/driver.js';
import { isKongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import { redact } from '../core/redact.js';
import { withoutSecretValues } from '../core/secretFields.js';
import type { Entity } from '../estate/entity.js';
import { labelOfEntity } from '../estate/label.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import { isOfOneKind } from './adminApiKinds.js';

/** The largest answer to one entity: Kong repeats values in it. */
const largestAnswer = 4_000_000;

interface JudgeRequest {
  workspace: string;
  questions: readonly EntityQuestion[];
  connections: number;
}

/** Asks the gateway's own schemas; see `EntityJudge`. */
export async function judgeEntities(
  client: GatewayClient,
  { workspace, questions, connections }: JudgeRequest,
  context: OperationContext,
): Promise<EntityAnswer[]> {
  const limit = pLimit(connections);
  const unknown = new Map<string, EntityAnswer>();
  let done = 0;
  return Promise.all(
    questions.map((question) =>
      limit(async () => {
        const { kind } = question;
        const answer = unknown.get(kind) ?? (await answerTo(client, workspace, question, context.signal));
        if (answer.verdict === 'unknown') unknown.set(kind, answer);
        context.report({ step: 'validate', subject: kind, done: ++done, total: questions.length });
        return answer;
      }),
    ),
  );
}

async function answerTo(
  client: GatewayClient,
  workspace: string,
  { kind, value: body }: EntityQuestion,
  signal: AbortSignal,
): Promise<EntityAnswer> {
  const path = `/schemas/${encodeURIComponent(kind)}/validate`;
  try {
    const options = { workspace, body, answers: 400, maxBytes: largestAnswer, signal };
    const { status, body: said } = await client.request('POST', path, options);
    if (status === 404) return { verdict: 'unknown', reason: 'The gateway has no schema of it.' };
    if (status !== 400) return { verdict: 'taken' };
    const { message, fields } = isObject(said) ? said : {};
    const words = withoutSecretValues(redact(typeof message === 'string' ? message : 'status 400'));
    return { verdict: 'refused', message: words, fields: isObject(fields) ? fields : {} };
  } catch (error) {
    if (!isKongBackupError(error) || !isOfOneKind(error.code)) throw error;
    return { verdict: 'unknown', reason: error.reason };
  }
}

/** @returns what is wrong, in words; empty when nothing is. @throws KongBackupError `gateway-*`, `cancelled`. */
export async function validateEntities(
  client: GatewayClient,
  entities: readonly Entity[],
  connections: number,
  context: OperationContext,
): Promise<string[]> {
  const questions = entities.map(({ kind, fields: { ttl, ...rest } }) => ({
    kind,
    value: ttl === undefined || ttl === null ? rest : { ...rest, ttl },
  }));
  const answers = await judgeEntities(client, { workspace: 'default', questions, connections }, context);
  return answers.flatMap((answer, index) => {
    const entity = entities[index];
    if (!entity || answer.verdict === 'taken') return [];
    const name = `${entity.kind} ${labelOfEntity(entity, () => undefined)}`;
    return [`${name}: ${answer.verdict === 'refused' ? answer.message : answer.reason}`];
  });
}
