import * as vscode from 'vscode';
import type { Answer, Place } from './answer.js';
import { back } from './answer.js';

export interface TextQuestion {
  prompt: string;
  value?: string;
  placeholder?: string;
  password?: boolean;
  /** What is wrong with the text, in a sentence. May take its time: the box shows that it is busy and stays open. */
  check?: (text: string) => string | undefined | Promise<string | undefined>;
}

/** Asks for a line of text. Undefined when the person gives up. */
export function askText(place: Place, question: TextQuestion): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  const { prompt, value = '', placeholder, password = false, check } = question;
  Object.assign(box, { prompt, value, password, ...(placeholder === undefined ? {} : { placeholder }) });
  return answerOf(box, place, async (accept) => {
    box.busy = true;
    box.enabled = false;
    const problem = await check?.(box.value.trim());
    box.busy = false;
    box.enabled = true;
    box.validationMessage = problem;
    if (problem === undefined) accept(box.value.trim());
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  choice: T;
}

/** Asks for one of several. Undefined when the person gives up. */
export function askOne<T>(place: Place, prompt: string, choices: Choice<T>[], selected?: T): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.placeholder = prompt;
  pick.items = choices;
  pick.activeItems = choices.filter(({ choice }) => choice === selected);
  return answerOf(pick, place, (accept) => {
    const [item] = pick.selectedItems;
    if (item) accept(item.choice);
  });
}

/** Asks for any number of several. Undefined when the person gives up. */
export function askMany<T>(
  place: Place,
  prompt: string,
  choices: Choice<T>[],
  selected: readonly T[],
): Promise<Answer<T[]>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.canSelectMany = true;
  pick.placeholder = prompt;
  pick.items = choices;
  pick.selectedItems = choices.filter(({ choice }) => selected.includes(choice));
  return answerOf(pick, place, (accept) => accept(pick.selectedItems.map(({ choice }) => choice)));
}

interface Input extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  onDidAccept: vscode.Event<void>;
}

/** Shows an input until it is answered, left or gone back from. */
function answerOf<T>(
  input: Input,
  { title, step, totalSteps, canGoBack }: Place,
  onAccept: (accept: (answer: T) => void) => void | Promise<void>,
): Promise<Answer<T>> {
  Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
  input.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise<Answer<T>>((resolve, reject) => {
    input.onDidTriggerButton((button) => button === vscode.QuickInputButtons.Back && resolve(back));
    input.onDidHide(() => resolve(undefined));
    input.onDidAccept(() => Promise.resolve(onAccept(resolve)).catch(reject));
    input.show();
  }).finally(() => input.dispose());
}
