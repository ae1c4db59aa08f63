import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** A page without scripts: text and tables that follow the theme, work by keyboard and read well aloud. */
export interface Page {
  /** Says which page it is: opened again under the same key, it takes the place of what was there. */
  key: string;
  /** Of the tab. */
  title: string;
  /** HTML of the body, every text in it gone through `escapeHtml`. */
  body: string;
}

/** A page that talks with the extension. Its script and style stand in `media`, beside `page.css`, which all of them have; nothing else is loaded. */
export interface LivePage extends Page {
  /** Kind of page, for `activeWebviewPanelId`. */
  viewType: string;
  /** Folder of the script and the style. */
  media: vscode.Uri;
  /** Names of files in `media`. */
  script: string;
  style: string;
}

const open = new Map<string, vscode.WebviewPanel>();

/** Opens a page with a script, which keeps its state while it is hidden. */
export function openLivePage({ viewType, title, body, media, script, style: sheet }: LivePage): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, {
    enableScripts: true,
    retainContextWhenHidden: true,
    localResourceRoots: [media],
  });
  const address = (name: string): string =>
    escapeHtml(panel.webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString());
  const nonce = randomBytes(16).toString('base64');
  panel.webview.html = documentHtml(
    title,
    `default-src 'none'; style-src ${panel.webview.cspSource}; script-src 'nonce-${nonce}'`,
    ['page.css', sheet].map((name) => `<link rel="stylesheet" href="${address(name)}">`).join(''),
    `${body}<script nonce="${nonce}" src="${address(script)}"></script>`,
  );
  return panel;
}

/** Shows a page, in the tab where it was shown before. */
export function showPage({ key, title, body }: Page): void {
  const panel = open.get(key) ?? openPanel(key, title);
  panel.title = title;
  panel.webview.html = pageHtml(title, body);
  panel.reveal();
}

function openPanel(key: string, title: string): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel('kongBackup.page', title, vscode.ViewColumn.Active, {
    enableScripts: false,
    enableFindWidget: true,
    localResourceRoots: [],
  });
  open.set(key, panel);
  panel.onDidDispose(() => open.delete(key));
  return panel;
}

/** Text as HTML that says no more than the text. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function pageHtml(title: string, body: string): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'`;
  return documentHtml(title, policy, `<style nonce="${nonce}">${style}</style>`, `<main>${body}</main>`);
}

const documentHtml = (title: string, policy: string, head: string, body: string): string => `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
${head}
</head>
<body>${body}</body>
</html>`;

/** Colours of the theme only. States are told by sign and word; only the sign is coloured, for colours of icons are too pale to read. */
const style = `
main { max-width: 75rem; padding: 0 0 2rem; line-height: 1.5; }
h1 { font-size: 1.5em; font-weight: 600; }
h2 { font-size: 1.15em; font-weight: 600; margin-top: 2em; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
table { border-collapse: collapse; }
caption { text-align: start; color: var(--vscode-descriptionForeground); padding-bottom: .5em; }
th, td { padding: .3em 1em .3em 0; text-align: start; vertical-align: baseline; white-space: nowrap; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder)); }
thead th { font-weight: 600; }
tbody th { font-weight: normal; font-family: var(--vscode-editor-font-family); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
.sign { display: inline-block; width: 1.2em; font-weight: bold; }
.held .sign { color: var(--vscode-testing-iconPassed, currentColor); }
.partly .sign { color: var(--vscode-editorWarning-foreground, currentColor); }
.not-held .sign { color: var(--vscode-errorForeground, currentColor); }
dt { font-family: var(--vscode-editor-font-family); margin-top: .75em; }
dd { margin: 0 0 0 1.5em; }
`;
