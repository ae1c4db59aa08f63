// Plays the `kong` program for the process contract: words and exit codes are those that Kong 3.9.3 was seen to give.
// node standInKong.mjs STATE COMMAND…: STATE is a JSON file, { ready, entities: { kind: [fields] }, dbless: { url, file }, fault }.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';

const [, , stateFile, ...args] = process.argv;
const state = JSON.parse(readFileSync(stateFile, 'utf8'));
const keep = () => writeFileSync(stateFile, JSON.stringify(state));
const say = (text) => process.stdout.write(text);
const hint = '\n\n  Run with --v (verbose) or --vv (debug) for more details\n\n';

function fail(text) {
  process.stderr.write(`Error: ${text}${hint}`);
  process.exit(1);
}

const refusals = {
  refused: '[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: connection refused',
  absent:
    '[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: FATAL: database "k2_absent" does not exist',
  denied:
    '[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: FATAL: password authentication failed for user "kong"',
  conf: 'no file at: /nothere.conf',
};

function needDatabase(word) {
  if (refusals[state.fault]) fail(refusals[state.fault]);
  if (state.dbless) fail(`'kong config ${word}' only works with a database.`);
  if (!state.ready) fail('[postgres] ERROR: relation "ca_certificates" does not exist (193)');
}

/** In the order in which Kong exports. */
const order = ['consumers', 'services', 'routes', 'plugins', 'basicauth_credentials', 'keyauth_credentials'];

function exported() {
  const lines = ["_format_version: '3.0'", '_transform: false'];
  lines.push(
    'parameters:',
    '- {"key": "cluster_id", "value": "8b220435-aeb0-44cc-8063-030720d07166", "created_at": null}',
  );
  for (const kind of order) {
    const own = state.entities[kind] ?? [];
    if (own.length > 0) lines.push(`${kind}:`, ...own.map((fields) => `- ${JSON.stringify(fields)}`));
  }
  return `${lines.join('\n')}\n`;
}

function exportTo(file) {
  needDatabase('db_export');
  if (existsSync(file)) fail(`${file} already exists. Will not overwrite it.`);
  if (state.fault === 'nowhere') return;
  const text = exported();
  try {
    // A full disk leaves what went in, and Kong does not look.
    writeFileSync(file, state.fault === 'full' ? text.slice(0, text.lastIndexOf('\n- ') + (state.fullAt ?? 1)) : text);
  } catch {
    // It ends with 0 and says nothing.
  }
}

function parsed(file) {
  if (!existsSync(file)) fail(`Failed parsing:\n${file}: No such file or directory`);
  if (!/\.(ya?ml|json)$/.test(file)) fail(`Failed parsing:\nunknown file type: ${file}. (Accepted types: json, yaml)`);
  const content = load(readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null) {
    fail('Failed parsing:\nfailed parsing declarative configuration: expected an object');
  }
  const at = (content.services ?? []).findIndex(({ name }) => name === state.refuses);
  if (at >= 0) {
    fail(
      `Failed parsing:\nin 'services':\n  - in entry ${at + 1} of 'services':\n    in 'host': required field missing`,
    );
  }
  return content;
}

function importFrom(file) {
  if (refusals[state.fault]) fail(refusals[state.fault]);
  if (state.dbless) needDatabase('db_import');
  const content = parsed(file);
  say('parse successful, beginning import\n');
  for (const kind of order) {
    for (const fields of content[kind] ?? []) {
      if (fields.name !== undefined && fields.name === state.breaksAt) {
        keep();
        fail(`Failed importing:\n[postgres] UNIQUE violation detected on '{name="${fields.name}"}'`);
      }
      const own = (state.entities[kind] ??= []);
      const other = own.find(({ id, name }) => id !== fields.id && name !== undefined && name === fields.name);
      if (kind === 'services' && other) {
        keep();
        fail(`Failed importing:\n[postgres] UNIQUE violation detected on '{name="${fields.name}"}'`);
      }
      const there = own.findIndex(({ id }) => id === fields.id);
      if (there < 0) own.push(fields);
      else own[there] = fields;
    }
  }
  if (state.fault === 'forgets') state.entities.routes = [];
  keep();
  say('import successful\n');
}

async function reload() {
  state.restarts = (state.restarts ?? 0) + 1;
  keep();
  if (state.fault === 'does not start') fail('nginx is not running in prefix: /usr/local/kong');
  if (!state.dbless) return;
  const config = readFileSync(state.dbless.file, 'utf8');
  const response = await fetch(`${state.dbless.url}/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ config }),
  });
  if (!response.ok) fail('error parsing declarative config file');
}

const [command, word, file] = args;
if (command === 'version') say('3.9.3\n');
else if (command === 'migrations' && refusals[state.fault]) fail(refusals[state.fault]);
else if (command === 'migrations' && word === 'bootstrap') {
  say(state.ready ? 'Database already bootstrapped\n' : 'Bootstrapping database...\n');
  state.ready = true;
  keep();
} else if (command === 'migrations') {
  say(state.ready ? 'Executed migrations:\n' : 'Database needs bootstrapping or is older than Kong 1.0.\n');
  process.exit(state.migrations ?? (state.ready ? 0 : 3));
} else if (command === 'reload') await reload();
else if (word === 'db_export') exportTo(file);
else if (word === 'parse') {
  parsed(file);
  say('parse successful\n');
} else if (word === 'db_import') importFrom(file);
else fail(`unknown command: ${args.join(' ')}`);
