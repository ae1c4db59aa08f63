import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PracticeGateway, PracticeGatewayOptions } from '../../../src/practice/practiceGateway.js';
import { startPracticeGateway } from '../../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import type { TreeNode } from '../../../src/vscode/tree/treeNode.js';
import type { Workbench } from '../../../src/vscode/workbench.js';

export function extension(): vscode.Extension<Workbench> {
  const found = vscode.extensions.getExtension<Workbench>('kong-backup.kong-backup');
  assert.ok(found, 'the extension is installed');
  return found;
}

/** The parts of the running extension. */
export function workbench(): Promise<Workbench> {
  return Promise.resolve(extension().activate());
}

/** Absolute path of a file in the workspace that the tests may do anything with. */
export function inWorkspace(...parts: string[]): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return path.join(folder.uri.fsPath, ...parts);
}

export interface EnvironmentEntry {
  name: string;
  adminUrl: string;
  [setting: string]: string | boolean | string[];
}

/** Writes the environments file; an environment's id is its name. */
export function writeEnvironments(...entries: EnvironmentEntry[]): void {
  // JSON is YAML.
  const environments = entries.map((entry) => ({ id: entry.name, mode: 'traditional', ...entry }));
  writeFileSync(inWorkspace('kong-environments.yaml'), JSON.stringify({ environments }, null, 2));
}

/** As a window that was just opened: no environments, no snapshots, nothing asked, no editors. */
export async function startOver(): Promise<Workbench> {
  const { statuses, ...rest } = await workbench();
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (const name of ['kong-environments.yaml', '.kong-snapshots']) {
    rmSync(inWorkspace(name), { recursive: true, force: true });
  }
  statuses.clear();
  return { statuses, ...rest };
}

export async function startGateway(options: Omit<PracticeGatewayOptions, 'facts'> = {}): Promise<PracticeGateway> {
  const facts = await schemaFolder(path.join(extension().extensionPath, 'schemas')).facts('3.9');
  return startPracticeGateway({ facts, ...options });
}

/** Calls a gateway's Admin API. @returns the parsed answer, undefined where there is none. */
export async function admin(
  { url }: Pick<PracticeGateway, 'url'>,
  method: string,
  where: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${where}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

/** Waits until `check` gives something. Fails, saying `what` was awaited, when the test runs out of time. */
export async function eventually<T>(what: string, check: () => T | undefined | false | Promise<T | undefined | false>) {
  const end = Date.now() + 20_000;
  for (;;) {
    const result = await check();
    if (result !== undefined && result !== false) return result;
    assert.ok(Date.now() < end, `${what}: not in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

type Dialogs = Pick<typeof vscode.window, 'showWarningMessage' | 'showErrorMessage' | 'showInputBox' | 'showQuickPick'>;

/** A dialog as a person saw it. */
export interface Asked {
  message: string;
  detail: string;
  buttons: string[];
}

/**
 * Stands in for a person at the dialogs, which no test can click: runs `job` with them answered.
 * @param answer picks a button by what it says.
 * @returns what was asked.
 */
export async function answering(
  answers: { button?: (buttons: string[]) => string | undefined; text?: string },
  job: () => PromiseLike<unknown>,
): Promise<Asked[]> {
  const window = vscode.window as Dialogs;
  const before = { ...pick(window) };
  const asked: Asked[] = [];
  const show = (message: string, ...rest: unknown[]): Promise<string | undefined> => {
    const options = rest.find((each): each is vscode.MessageOptions => typeof each === 'object');
    const buttons = rest.filter((each) => typeof each === 'string');
    asked.push({ message, detail: options?.detail ?? '', buttons });
    return Promise.resolve(answers.button?.(buttons));
  };
  const showInputBox = async (options?: vscode.InputBoxOptions): Promise<string | undefined> => {
    const text = answers.text ?? '';
    const problem = await options?.validateInput?.(text);
    asked.push({ message: options?.title ?? '', detail: options?.prompt ?? '', buttons: [] });
    return problem ? undefined : answers.text;
  };
  Object.assign(window, { showWarningMessage: show, showErrorMessage: show, showInputBox });
  try {
    await job();
  } finally {
    Object.assign(window, before);
  }
  return asked;
}

const pick = ({ showWarningMessage, showErrorMessage, showInputBox }: Dialogs): Partial<Dialogs> => ({
  showWarningMessage,
  showErrorMessage,
  showInputBox,
});

/** The row's text. */
export function labelOf(node: TreeNode): string {
  const { label } = node.item();
  return typeof label === 'string' ? label : (label?.label ?? '');
}

export function find<T extends TreeNode>(nodes: readonly TreeNode[], label: string): T {
  const node = nodes.find((each) => labelOf(each) === label);
  assert.ok(node, `${label} is among ${nodes.map(labelOf).join(', ')}`);
  return node as T;
}
