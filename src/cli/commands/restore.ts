import type { RestoreScope } from '../../app.js';
import type { ChangeSelector, RestoreMode } from '../../core/change.js';
import { KongBackupError } from '../../core/errors.js';
import type { PartKind } from '../../core/part.js';
import { onePart } from '../partOptions.js';
import { restorePart } from '../restorePart.js';
import { collect, type CommandSpec } from '../commandSpec.js';
import { oneMode, oneSelector } from '../planOptions.js';
import { declareRunOptions, runPlan, type RunFlags } from '../restoreRun.js';

interface RestoreFlags extends RunFlags {
  workspace?: string[];
  mode?: RestoreMode;
  only?: ChangeSelector[];
  except?: ChangeSelector[];
  resume?: string | true;
  part?: PartKind;
  choose?: string[];
  from?: string;
}

export const restoreCommand: CommandSpec = {
  name: 'restore',
  summary: 'Make a gateway what a snapshot says.',
  example: 'kong-backup restore production/latest staging --dry-run',
  formats: ['markdown'],
  declare(command) {
    declareRunOptions(command)
      .argument('[snapshot]', 'its id, or ENVIRONMENT/latest')
      .argument('[environment]', 'the gateway to write')
      .option('--resume [id]', 'go on with a restore that did not come to its end, the last one when none is named')
      .option('--workspace <name>', 'only this workspace; may be given several times', collect)
      .option('--mode <mode>', 'exact, add-and-update (nothing is deleted) or only (what --only names)', oneMode)
      .option(
        '--only <selector>',
        'only this and what it needs: kind, kind/name, workspace:NAME; several times',
        oneSelector,
      )
      .option('--except <selector>', 'all but this; may be given several times', oneSelector)
      .option('--part <part>', 'bring back this part instead of the entities, step by step', onePart)
      .option('--choose <name=value>', 'with --part: a choice of its driver, see docs/methods.md', collect)
      .option('--from <step>', 'with --part: go on with this step of an earlier run');
  },
  async run([snapshot, name, given], call) {
    const flags = given as RestoreFlags;
    const { app, context } = call;
    const product = await app();
    if (flags.resume !== undefined) {
      const id = flags.resume === true ? undefined : flags.resume;
      return runPlan(product, await product.planResume(id, context), flags, call);
    }
    if (snapshot === undefined || name === undefined) throw incomplete();
    const environment = await product.environment(name as string);
    if (flags.part) return restorePart(product, snapshot as string, environment, { ...flags, part: flags.part }, call);
    const plan = await product.planRestore(snapshot as string, environment, scopeOf(flags), context);
    return runPlan(product, plan, flags, call);
  },
};

/** Who names what is to be done, means nothing else. */
function scopeOf({ workspace, mode, only, except }: RestoreFlags): RestoreScope {
  const named = mode ?? (only ? 'only' : undefined);
  return {
    ...(workspace && { workspaces: workspace }),
    ...(named && { mode: named }),
    ...(only && { only }),
    ...(except && { except }),
  };
}

const incomplete = (): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place: 'kong-backup restore',
    reason: 'A restore needs a snapshot and an environment.',
    remedy: 'Name both, as in: kong-backup restore production/latest staging. Or go on with one by --resume.',
  });
