import { LiveText } from '../language/incremental/liveText.js';
import type { LanguageService } from '../language/service.js';

/** Milliseconds: between steps, so that nothing that a person does waits longer than a step takes. */
const rest = 1;
/** Milliseconds without anything to do before it starts. */
const patience = 50;
/** Whole files first: to open one is what comes first. */
const rounds = { files: 20, keys: 10 };

/**
 * Opens, edits and asks about a text of its own while nothing else is to do. Code that has run before is many times as quick, and
 * so the first file and the first keys in it do not pay for those that follow.
 *
 * @param isBusy whether there is anything better to do; then it waits.
 */
export async function warmUp(service: LanguageService, isBusy: () => boolean): Promise<void> {
  const pause = async (): Promise<void> => {
    do await new Promise((done) => setTimeout(done, isBusy() ? patience : rest));
    while (isBusy());
  };
  await new Promise((done) => setTimeout(done, patience));
  const text = new LiveText('warm-up:/kong.yaml', 'kong-declarative', 0, sample);
  for (let round = 0; round < rounds.files; round++) {
    await pause();
    text.change([{ text: sample }], text.version + 1);
    await service.diagnostics(text);
  }
  for (let round = 0; round < rounds.keys; round++) {
    for (const step of stepsOf(service, text, round)) {
      await pause();
      await step();
    }
  }
}

function* stepsOf(service: LanguageService, text: LiveText, round: number): Generator<() => Promise<unknown>> {
  const line = 6 + round * linesOfService;
  const range = { start: { line, character: 0 }, end: { line: line + linesOfService, character: 0 } };
  const at = { line: line + 1, character: 8 };
  const edit = (put: string, length = 0): Promise<unknown> => {
    const end = { line: at.line, character: at.character + length };
    text.change([{ range: { start: at, end }, text: put }], text.version + 1);
    return service.diagnostics(text);
  };
  for (const key of ['x', '"', '[', '|', ' ']) {
    yield () => edit(key);
    yield () => service.completion(text, at);
    yield () => edit('', 1);
  }
  yield () => service.hover(text, at);
  yield () => service.references(text, at, true);
  yield () => service.codeActions(text, { range, diagnostics: [], canResolve: true });
  yield () => service.semanticTokens(text, range);
  yield () => service.inlayHints(text, range);
  yield () => service.documentSymbols(text);
  yield () => service.foldingRanges(text);
}

const service = (index: number): string => `- connect_timeout: 60000
  name: service-${index}
  host: upstream-${index}
  port: 8080
  protocol: http
  tags:
  - warm
  routes:
  - name: route-${index}
    methods: [GET, POST]
    paths:
    - /path-${index}
    strip_path: true
    plugins:
    - name: rate-limiting
      config:
        minute: ${index + 1}
        policy: local
  plugins:
  - name: key-auth
    enabled: true
    config:
      key_names:
      - apikey
`;
const linesOfService = service(0).split('\n').length - 1;

const consumer = (index: number): string => `- username: consumer-${index}
  keyauth_credentials:
  - key: 0123456789-${index}
  acls:
  - group: warm
`;

const each = (one: (index: number) => string): string => Array.from({ length: 20 }, (_, index) => one(index)).join('');

const sample = `_format_version: "3.0"
_info:
  select_tags:
  - warm
services:
${each(service)}consumers:
${each(consumer)}upstreams:
${each((index) => `- name: upstream-${index}\n  targets:\n  - target: 10.0.0.${index}:8080\n    weight: 100\n`)}`;
