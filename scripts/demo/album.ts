import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { EditorWindow } from '../../test/host/editorWindow.js';

export interface Picture {
  /** Name of the file in the album's folder. */
  file: string;
  shows: string;
}

/** Pictures of a window, each taken only when it shows what it claims. */
export class Album {
  readonly pictures: Picture[] = [];

  constructor(
    private readonly folder: string,
    private readonly say: (line: string) => void,
  ) {
    rmSync(folder, { recursive: true, force: true });
  }

  /** @param evidence what has to be visible first. @throws Error naming the picture when it doesn't show. */
  async add(window: EditorWindow, name: string, shows: string, ...evidence: Locator[]): Promise<void> {
    for (const locator of evidence) {
      await locator.waitFor().catch((error: Error) => {
        throw new Error(`the picture "${name}" would not show: ${shows}\n${error.message}`);
      });
    }
    await this.shoot(window, name, shows);
  }

  /** What the window looked like when something went wrong. */
  async failure(window: EditorWindow): Promise<void> {
    await this.shoot(window, 'failure', 'where it stopped').catch(() => undefined);
  }

  private async shoot(window: EditorWindow, name: string, shows: string): Promise<void> {
    const file = `${String(this.pictures.length + 1).padStart(2, '0')}-${name}.png`;
    await window.settle();
    await window.picture(path.join(this.folder, file));
    this.pictures.push({ file, shows });
    this.say(`${file}: ${shows}`);
  }
}
