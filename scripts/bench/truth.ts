// Holds our verdicts to Kong's own, on files with the answer of a real gateway beside them.
//
//   npm run bench:truth -- [--cases FOLDER] [--list caught|rejected|path] [--set NAME]
//
// FOLDER holds `corpus-<version>.jsonl` (one `{ id, yaml, verdict, paths }` a line) and `kong-<version>/` (pairs of
// `<name>.yaml` and `<name>.expected.json`).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { schemaFolder } from '../../src/schema/folder.js';
import { judge, summarize } from './truthCases.js';
import type { Case, Judged } from './truthCases.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: path.join(root, '../shared/cases') },
    list: { type: 'string' },
    set: { type: 'string' },
  },
});

function corpus(file: string): Case[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const { id, yaml, verdict, paths } = JSON.parse(line) as {
        id: string;
        yaml: string;
        verdict: string;
        paths: string[];
      };
      return { id, text: yaml, json: false, valid: verdict === 'valid', paths };
    });
}

function pairs(folder: string): Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.expected.json'))
    .map((name) => {
      const id = name.replace('.expected.json', '');
      const input = ['.yaml', '.json'].map((end) => path.join(folder, id + end)).find((file) => existsSync(file))!;
      const expected = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as {
        verdict: string;
        paths_0based: { path: string }[] | null;
      };
      const paths = (expected.paths_0based ?? []).map((entry) => entry.path);
      const json = input.endsWith('.json');
      return { id, json, text: readFileSync(input, 'utf8'), valid: expected.verdict === 'valid', paths };
    });
}

function readSets(folder: string): { name: string; version: string; cases: Case[] }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const version = /^(?:corpus|kong)-(\d+\.\d+)/.exec(name)?.[1];
    if (version === undefined || (values.set !== undefined && values.set !== name)) return [];
    const place = path.join(folder, name);
    return [{ name, version, cases: name.endsWith('.jsonl') ? corpus(place) : pairs(place) }];
  });
}

async function main(): Promise<void> {
  const sets = readSets(values.cases);
  if (sets.length === 0) console.warn(`No cases in ${values.cases}: nothing was measured.`);
  const schemas = schemaFolder(path.join(root, 'schemas'));
  for (const { name, version, cases } of sets) {
    const facts = await schemas.facts(version);
    const started = performance.now();
    const judged = cases.map((one) => judge(one, facts));
    const { caught, rejected, rightPath } = summarize(judged);
    console.log(`${name}: ${cases.length} files in ${Math.round(performance.now() - started)} ms`);
    console.log(`  caught of Kong-invalid   ${caught}`);
    console.log(`  rejected of Kong-valid   ${rejected}`);
    console.log(`  right path               ${rightPath}`);
    if (values.list !== undefined) list(judged, values.list);
  }
}

function list(judged: Judged[], what: string): void {
  for (const { one, verdict, pathsRight } of judged) {
    const missed = what === 'caught' && !one.valid && verdict.valid;
    const rejected = what === 'rejected' && one.valid && !verdict.valid;
    const wrongPath = what === 'path' && !one.valid && !verdict.valid && !pathsRight;
    if (!missed && !rejected && !wrongPath) continue;
    const ours = verdict.diagnostics.filter(({ severity }) => severity === 'error');
    console.log(`\n--- ${one.id}\n  Kong: ${one.paths.join('  ')}`);
    for (const { path: at, code, message } of ours) console.log(`  ours: ${at}  ${code}: ${message}`);
    if (process.env['TEXT'] !== undefined) console.log(one.text.slice(0, 1500));
  }
}

void main();
