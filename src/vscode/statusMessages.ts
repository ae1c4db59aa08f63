import * as vscode from 'vscode';

/** How long a message stays. Milliseconds. */
const briefly = 6000;

/** Says in the status bar what came of a command, where a toast would only be in the way. */
export class StatusMessages {
  constructor(private readonly log: { info(message: string): void }) {}

  say(text: string): void {
    this.log.info(text);
    vscode.window.setStatusBarMessage(`$(archive) ${text}`, briefly);
  }
}
