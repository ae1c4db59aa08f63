import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandIds } from '../../../src/vscode/commands/commandIds.js';

interface Manifest {
  activationEvents: string[];
  icon: string;
  contributes: {
    commands: { command: string; enablement?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    views: Record<string, { id: string; icon: string }[]>;
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    viewsWelcome: { view: string; contents: string }[];
    configuration: { properties: Record<string, { scope: string }> };
    walkthroughs: { steps: { media: { svg: string }; completionEvents: string[] }[] }[];
  };
}

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const known = new Set<string>(commandIds);

test('package.json has the commands of the code, in the same order', () => {
  expect(contributes.commands.map(({ command }) => command)).toEqual([...commandIds]);
});

test('the command list has each command once', () => {
  const list = read('src/vscode/commands/commandList.ts');
  const listed = [...list.matchAll(/^ {2}(\w+)\((?:workbench)?\),$/gm)].map(([, name]) => `kongBackup.${name}`);
  expect(listed).toEqual([...commandIds]);
});

describe('what package.json refers to is there', () => {
  test('commands of menus', () => {
    const used = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    expect(used.filter((command) => !known.has(command))).toEqual([]);
  });

  test('commands of welcome texts, walkthroughs and their completion', () => {
    const texts = [read('package.nls.json'), read('package.nls.ja.json')].join('\n');
    const linked = [...texts.matchAll(/command:(kongBackup\.\w+)/g)].map(([, command = '']) => command);
    const completing = contributes.walkthroughs
      .flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents))
      .map((event) => event.replace('onCommand:', ''));
    expect(linked.length).toBeGreaterThan(4);
    expect([...linked, ...completing].filter((command) => !known.has(command))).toEqual([]);
  });

  test('views of welcome texts', () => {
    const views = Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id));
    expect(new Set(contributes.viewsWelcome.map(({ view }) => view))).toEqual(new Set(views));
  });

  test('pictures', () => {
    const pictures = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views).flatMap((list) => list.map(({ icon }) => icon)),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    expect(pictures.filter((picture) => !existsSync(path.join(root, picture)))).toEqual([]);
  });
});

test('activation is narrow', () => {
  const narrow =
    /^(workspaceContains:kong-environments\.yaml$|on(Language:kong-(declarative|conf)|Command:kongBackup\.|View:kongBackup\.))/;
  expect(manifest.activationEvents.filter((event) => !narrow.test(event))).toEqual([]);
});

test('what acts on gateways and files waits for trust', () => {
  const free = contributes.commands.filter(({ enablement }) => !enablement?.includes('isWorkspaceTrusted'));
  expect(free.map(({ command }) => command)).toEqual([
    'kongBackup.sortEntities',
    'kongBackup.restartLanguageServer',
    'kongBackup.showLog',
  ]);
});

test('a workspace can’t name the program to run', () => {
  expect(contributes.configuration.properties['kongBackup.deck.path']?.scope).toBe('machine');
});
