import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { startEditorServer, type EditorServer, type EditorServerOptions } from './editorServer.js';

export interface EditorWindowOptions extends Omit<EditorServerOptions, 'forExtensionTests'> {
  /** Absolute path of the folder to open; none opens an empty window. */
  folder?: string;
}

/** How long anything may take to show. Milliseconds. */
const patience = 30_000;

/** Monaco draws blanks as U+00A0, which no plain blank matches. */
const asDrawn = (text: string): RegExp =>
  new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'));

/** A window of VS Code with packaged extensions, used as a person uses it: by what is to be seen, and by the keyboard. */
export class EditorWindow {
  private constructor(
    readonly page: Page,
    readonly server: EditorServer,
    private readonly browser: Browser,
    /** What went wrong in the page behind our back: failed requests, errors in scripts. */
    readonly troubles: readonly string[],
  ) {}

  static async open({ folder, ...options }: EditorWindowOptions): Promise<EditorWindow> {
    const server = await startEditorServer(options);
    let browser: Browser | undefined;
    try {
      browser = await launchBrowser();
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      page.setDefaultTimeout(patience);
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(`error in the page: ${error.message}`));
      page.on('requestfailed', (request) => {
        const { hostname } = new URL(request.url());
        if (hostname !== '127.0.0.1') troubles.push(`wanted the network: ${request.url()}`);
      });
      await page.goto(server.url(folder === undefined ? {} : { folder }));
      await page.locator('.monaco-workbench').waitFor();
      return new EditorWindow(page, server, browser, troubles);
    } catch (error) {
      await browser?.close();
      await server.dispose();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.dispose();
  }

  /** The container *Kong Backup* of the activity bar, by its title. */
  async openContainer(title: string): Promise<void> {
    const tab = this.page.getByRole('tab', { name: title, exact: true });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  }

  /** A view's tree, by the view's name. */
  tree(name: string): Locator {
    return this.page.getByRole('tree', { name: new RegExp(`^${name}`) });
  }

  /** A row of a tree, by the beginning of its label, which the description follows without a blank. */
  row(tree: string, text: string | RegExp): Locator {
    const hasText = typeof text === 'string' ? new RegExp(`^${asDrawn(text).source}`) : text;
    const label = this.page.locator('.monaco-icon-label-container', { hasText });
    return this.tree(tree).getByRole('treeitem').filter({ has: label }).first();
  }

  /** The letters at the end of a row, which the editor draws by its style sheet. */
  async badgeOf(row: Locator): Promise<string> {
    return row.locator('.monaco-icon-label').evaluate((label) => {
      const page = globalThis as unknown as { getComputedStyle(element: unknown, part: string): { content: string } };
      return page.getComputedStyle(label, '::after').content;
    });
  }

  async expand(row: Locator): Promise<void> {
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
  }

  /** Clicks an action that a row shows when the pointer is over it. */
  async rowAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    await row
      .getByRole('button', { name: asDrawn(title) })
      .first()
      .click();
  }

  /**
   * Runs a command by its title, from the palette. While the focus moves, as from a dialog back into a page, a key is lost or the
   * palette closes again: then it is asked for once more.
   */
  async command(title: string): Promise<void> {
    for (let left = 2; ; left--) {
      try {
        return await this.chooseCommand(title, left > 0 ? patience / 5 : patience);
      } catch (error) {
        if (left === 0) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** @param timeout for each of its steps, in milliseconds. */
  private async chooseCommand(title: string, timeout: number): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.quickInput();
    await input.waitFor({ timeout });
    await input.fill(`>${title}`, { timeout });
    // The palette lists what holds these words, and not the best of them first.
    const rows = this.page.locator('.quick-input-list [role=option]');
    await rows
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .first()
      .click({ timeout });
  }

  /** The box of a quick pick or of an input. */
  quickInput(): Locator {
    return this.page
      .locator('.quick-input-widget:visible input[type=text], .quick-input-widget:visible input[type=password]')
      .first();
  }

  /** The question that is asked, by any text in its frame: title, step, prompt, placeholder, what is wrong. */
  frameOf(text: string | RegExp): Locator {
    const wanted = typeof text === 'string' ? asDrawn(text) : text;
    const frame = this.page.locator('.quick-input-widget:visible');
    return frame.filter({ hasText: wanted }).or(frame.filter({ has: this.page.getByPlaceholder(wanted) }));
  }

  /** Waits for a question, types the answer if there is one, and presses Enter. */
  async answer(question: string | RegExp, text?: string): Promise<void> {
    await this.frameOf(question).waitFor();
    if (text !== undefined) await this.quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const input = this.quickInput();
    await input.waitFor();
    await input.fill(name);
    await this.page.locator('.quick-input-list [role=option]').filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page
      .getByRole('tab', { name: new RegExp(name) })
      .first()
      .waitFor();
  }

  /** Text in the editors, drawn by Monaco. */
  editorText(text: string): Locator {
    return this.page.locator('.editor-instance .view-lines').getByText(asDrawn(text)).first();
  }

  /** The page that an extension shows in front: a document in a frame in a frame. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe');
  }

  /** Text that a grammar coloured: the editor shows a file plain until its grammar is loaded. */
  colouredText(): Locator {
    return this.page.locator('.monaco-editor .view-lines [class^="mtk"]:not(.mtk1)').first();
  }

  /** Puts the cursor into a line (1-based) of the file in front. */
  async goToLine(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput().waitFor();
    await this.quickInput().fill(`:${line}:${column}`);
    const closed = this.page.locator('.quick-input-widget');
    // A busy editor drops an Enter that comes before it has read the line.
    const pressed = async (timeout: number): Promise<void> => {
      await this.page.keyboard.press('Enter');
      await closed.waitFor({ state: 'hidden', timeout });
    };
    await pressed(2_000).catch(() => pressed(10_000));
  }

  /** Waves under the text of the file in front. */
  squiggles(severity: 'error' | 'warning' = 'error'): Locator {
    return this.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  /** A row of the panel *Problems*. */
  problem(text: string | RegExp): Locator {
    return this.page.locator('.markers-panel').getByRole('treeitem', { name: text }).first();
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async pressDialogButton(label: string | RegExp): Promise<void> {
    await this.dialog().getByRole('button', { name: label }).click();
    await this.dialog().waitFor({ state: 'hidden' });
  }

  toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  statusBar(): Locator {
    return this.page.locator('.part.statusbar');
  }

  /** Makes the side bar so many pixels wider, for names that would be cut. */
  async widenSideBar(pixels: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('there is no side bar');
    const [x, y] = [box.x + box.width, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + pixels, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Until what is under way is drawn: no progress is shown, and two frames have passed. */
  async settle(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.locator('.monaco-progress-container.active:visible').first().waitFor({ state: 'hidden' });
    // As text: the tests' types know of no browser.
    await this.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  }

  async picture(file: string): Promise<void> {
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }
}
