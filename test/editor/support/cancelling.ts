import * as vscode from 'vscode';

type Task = (progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken) => Thenable<unknown>;

/** Stands in for a person who presses *Cancel* as soon as the progress notification says `when`. @returns what it said. */
export async function cancelling(when: RegExp, job: () => PromiseLike<unknown>): Promise<string[]> {
  const said: string[] = [];
  const { withProgress } = vscode.window;
  const run = (_options: vscode.ProgressOptions, task: Task): Thenable<unknown> => {
    const source = new vscode.CancellationTokenSource();
    const report = ({ message = '' }: { message?: string }): void => {
      said.push(message);
      if (when.test(message)) source.cancel();
    };
    return task({ report }, source.token);
  };
  Object.assign(vscode.window, { withProgress: run });
  try {
    await job();
  } finally {
    Object.assign(vscode.window, { withProgress });
  }
  return said;
}
