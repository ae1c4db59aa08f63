import { KongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { DeckFile } from '../estate/deckFile.js';
import type { Entity } from '../estate/entity.js';
import { readYaml } from '../estate/yamlRead.js';
import { canSetZero, type DeckVersion } from './deckVersion.js';

/**
 * Early versions take some zeros for "not given" and write the default: a target that was taken out of service would get
 * full traffic.
 * @throws KongBackupError `tool-too-old` for a file that this version would not bring back.
 */
export function requireFaithful(deckPath: string, version: DeckVersion, { entities }: DeckFile): void {
  const lost = canSetZero(version) ? undefined : entities.find(hasLostZero);
  if (!lost) return;
  const what =
    lost.kind === 'targets'
      ? `weight 100 for the target ${String(lost.fields['target'])} of weight 0`
      : `another time limit for the health checks of the upstream ${String(lost.fields['name'])}`;
  throw new KongBackupError('tool-too-old', {
    place: deckPath,
    reason: `decK ${version.text} would write ${what}.`,
    remedy: 'Install decK 1.11 or newer, or choose the Admin API engine for this environment.',
  });
}

/**
 * Before a newer decK reads the YAML, it strikes out lines that begin with `#`, those inside of texts too.
 * @throws KongBackupError `tool-failed` for a file that holds such a text.
 */
export function requireNothingStruck(place: string, text: string): void {
  if (!/^[ \t]+#/m.test(text)) return;
  const struck = text.replace(/^[ \t]*#.*$/gm, '');
  const entitiesOf = (yaml: string): string => JSON.stringify(readYaml(yaml, place));
  if (entitiesOf(text) === entitiesOf(struck)) return;
  throw new KongBackupError('tool-failed', {
    place,
    reason: 'A text in it has a line that begins with `#`, which decK would leave out.',
    remedy: 'Choose the Admin API engine for this environment.',
  });
}

function hasLostZero({ kind, fields }: Entity): boolean {
  if (kind === 'targets') return fields['weight'] === 0;
  if (kind !== 'upstreams' || !isObject(fields['healthchecks'])) return false;
  const { active } = fields['healthchecks'];
  return isObject(active) && active['timeout'] === 0;
}
