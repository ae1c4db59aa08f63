import * as vscode from 'vscode';
import { isObject, type Json } from '../../core/json.js';
import type { StepOutcome } from '../../core/migration.js';
import { escapeHtml as text } from './page.js';

/** What a step measured, drawn: how full green's memories are, or its error share while a canary was watched. */
export function drawingOf({ data }: StepOutcome): string {
  if (!isObject(data)) return '';
  const { memory, samples } = data;
  if (isObject(memory) && Object.keys(memory).length > 0) return bars(memory);
  if (Array.isArray(samples) && samples.length > 1) return lines(samples);
  return '';
}

function bars(memory: Readonly<Record<string, Json>>): string {
  const fullest = Object.entries(memory)
    .map(([name, share]) => [name, typeof share === 'number' ? share : 0] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6);
  const rows = fullest.map(([name, share]) => {
    const percent = `${(share * 100).toFixed(1)} %`;
    const bar = `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="8"/><rect class="used" width="${Math.min(100, share * 100)}" height="8"/></svg>`;
    return `<dt>${text(name)}</dt><dd>${bar} ${percent}</dd>`;
  });
  return `<h3>${text(vscode.l10n.t('Shared memory in use'))}</h3><dl>${rows.join('')}</dl>`;
}

const curves = [
  [
    'errorShare',
    (): string => vscode.l10n.t('Server errors'),
    (value: number): string => `${(value * 100).toFixed(1)} %`,
  ],
  ['latency', (): string => vscode.l10n.t('Latency'), (value: number): string => `${value} ms`],
] as const;

function lines(samples: readonly Json[]): string {
  return curves
    .map(([field, name, shown]) => {
      const values = samples.flatMap((each) =>
        isObject(each) && typeof each[field] === 'number' ? [each[field]] : [],
      );
      if (values.length < 2) return '';
      const most = Math.max(...values);
      const points = values.map((value, at) => {
        const [x, y] = [(at / (values.length - 1)) * 200, most === 0 ? 38 : 38 - (value / most) * 36];
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      });
      const label = vscode.l10n.t('{0}: now {1}, at most {2}', name(), shown(values.at(-1) ?? 0), shown(most));
      return `<figure><svg class="line" viewBox="0 0 200 40" role="img" aria-label="${text(label)}"><polyline points="${points.join(' ')}"/></svg><figcaption>${text(label)}</figcaption></figure>`;
    })
    .join('');
}
