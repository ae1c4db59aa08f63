import type { App } from '../app.js';
import type { Environment } from '../core/environment.js';
import type { PartKind } from '../core/part.js';
import type { PartRestorePlan, PartRestoreResult, PartStep } from '../core/partDriver.js';
import type { CommandCall, Outcome } from './commandSpec.js';
import { type ConfirmFlags, stepConfirm } from './stepConfirm.js';

interface PartFlags extends ConfirmFlags {
  part: PartKind;
  dryRun?: boolean;
  choose?: string[];
  from?: string;
  acceptBrokenCredentials?: boolean;
}

/** Brings one part of a snapshot back: shows the steps, asks before what destroys something, and says how to go on. */
export async function restorePart(
  product: App,
  snapshot: string,
  environment: Environment,
  flags: PartFlags,
  call: CommandCall,
): Promise<Outcome> {
  const { part, from } = flags;
  const choices = {
    ...choicesOf(flags.choose ?? []),
    ...(flags.acceptBrokenCredentials && { acceptBroken: true }),
  };
  const planned = await product.planPartRestore(snapshot, environment, { part, choices }, call.context);
  const { plan, warning } = planned;
  if (warning) call.context.log.warn(warning.message);
  const data = { snapshot: planned.snapshot.id, environment: environment.name, part, plan };
  if (flags.dryRun || plan.refused) return { data, text: planText(plan), verdict: 1 };
  const confirm = stepConfirm(environment, flags, call, true);
  if (call.format === 'text')
    call.print({ data: undefined, text: [`Snapshot: ${planned.snapshot.id}`, planText(plan)].join('\n') });
  const request = { part, choices, confirm, ...(from !== undefined && { from }) };
  const result = await product.restorePart(planned.snapshot.id, environment, request, call.context);
  return { data: { ...data, result }, text: resultText(plan, result), verdict: verdictOf(result) };
}

const verdictOf = ({ failed, verified }: PartRestoreResult): 0 | 1 => (failed || !verified ? 1 : 0);

/** `inPlace=true`, `scratch=name` */
function choicesOf(given: readonly string[]): Record<string, string | boolean> {
  return Object.fromEntries(
    given.map((text) => {
      const cut = text.indexOf('=');
      const [name, value] = cut < 0 ? [text, 'true'] : [text.slice(0, cut), text.slice(cut + 1)];
      return [name, value === 'true' ? true : value === 'false' ? false : value];
    }),
  );
}

function planText({ steps, warnings, refused }: PartRestorePlan): string {
  const told = warnings.map(({ code, message }) => `warning: ${code}: ${message}`);
  if (refused) return [`It can't be done: ${refused.reason} ${refused.remedy}`, ...told].join('\n');
  return [
    ...steps.flatMap(({ id, title, command, destroys, undo }, index) => [
      `${index + 1}. ${title} [${id}]`,
      ...(command === undefined ? [] : [`     runs: ${command}`]),
      ...(destroys === undefined ? [] : [`     destroys: ${destroys}`]),
      ...(undo === undefined ? [] : [`     undo: ${undo}`]),
    ]),
    ...told,
  ].join('\n');
}

function resultText({ steps }: PartRestorePlan, { done, failed, verified, warnings }: PartRestoreResult): string {
  return [
    `Done: ${done.join(', ') || 'nothing'}.`,
    ...(failed
      ? [`failed: ${failed.step}: ${failed.reason} ${failed.remedy}`, `Go on with --from ${failed.step}.`]
      : []),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
    verified ? 'Read back and compared: equal.' : 'Not proved by reading back.',
    ...wayBack(steps, done).map((text) => `To go back: ${text}`),
  ].join('\n');
}

/** The last step first: what an early one kept is needed until the later ones are taken back. */
export const wayBack = (steps: readonly PartStep[], done: readonly string[]): string[] => [
  ...new Set(
    steps
      .filter(({ id }) => done.includes(id))
      .reverse()
      .flatMap(({ undo }) => undo ?? []),
  ),
];
