import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export const goBack: unique symbol = Symbol('go back');
/** What a person does at one input: types a text, chooses labels, or goes back. */
export type Move = string | string[] | typeof goBack;

/** An input as it was when the person met it. */
export interface Met {
  prompt: string;
  step: number | undefined;
  totalSteps: number | undefined;
  password: boolean;
  /** What the input said against the move before; empty when it took it. */
  problem: string;
}

class Hand {
  readonly accepted = new vscode.EventEmitter<void>();
  readonly hidden = new vscode.EventEmitter<void>();
  readonly triggered = new vscode.EventEmitter<vscode.QuickInputButton>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = this.triggered.event;
  step: number | undefined;
  totalSteps: number | undefined;
  password = false;
  prompt = '';
  placeholder = '';
  value = '';
  items: vscode.QuickPickItem[] = [];
  selectedItems: vscode.QuickPickItem[] = [];
  enabled = true;
  private problem: string | undefined;

  constructor(
    private readonly moves: Move[],
    private readonly met: Met[],
  ) {}

  /** Set once a text was judged: the person reads it and tries again. */
  set validationMessage(problem: string | undefined) {
    this.problem = problem;
    if (problem !== undefined) this.show();
  }

  show(): void {
    const { prompt, placeholder, step, totalSteps, password, problem = '' } = this;
    this.met.push({ prompt: prompt || placeholder, step, totalSteps, password, problem });
    const move = this.moves.shift();
    queueMicrotask(() => this.make(move));
  }

  dispose(): void {
    for (const emitter of [this.accepted, this.hidden, this.triggered]) emitter.dispose();
  }

  private make(move: Move | undefined): void {
    if (move === undefined) return this.hidden.fire();
    if (move === goBack) return this.triggered.fire(vscode.QuickInputButtons.Back);
    if (typeof move === 'string') this.value = move;
    else this.selectedItems = move.map((label) => this.itemOf(label));
    this.accepted.fire();
  }

  private itemOf(label: string): vscode.QuickPickItem {
    const item = this.items.find((each) => each.label === label);
    assert.ok(item, `${label} is among ${this.items.map((each) => each.label).join(', ')}`);
    return item;
  }
}

/** Stands in for a person at inputs, which no test can type into: one move each; leaves when there is none left. */
export async function moving(moves: Move[], job: () => PromiseLike<unknown>): Promise<Met[]> {
  const met: Met[] = [];
  const { createInputBox, createQuickPick } = vscode.window;
  const create = (): Hand => new Hand(moves, met);
  Object.assign(vscode.window, { createInputBox: create, createQuickPick: create });
  try {
    await job();
  } finally {
    Object.assign(vscode.window, { createInputBox, createQuickPick });
  }
  return met;
}
