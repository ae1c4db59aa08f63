// Plays mongodump and mongorestore 100.9: their words, exit codes and folder form, as seen of the real ones. The server is a
// real one, talked to by the library. `standInMongo.mjs <folder> <program> <arguments>`: calls are noted in `<folder>/calls.log`;
// `<folder>/<program>.json` holds an answer to give instead: { hang } or { stderr, exitCode, documents }.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const [folder, program, ...args] = process.argv.slice(2);
if (args[0] === '--version') {
  console.log(`${program} version: 100.9.4\ngit version: 0\nGo version: go1.19`);
  process.exit(0);
}
const text = { type: 'string' };
const names = ['config', 'host', 'port', 'username', 'authenticationDatabase', 'db', 'out', 'dir', 'batchSize'];
const more = ['nsInclude', 'nsFrom', 'nsTo', 'sslCAFile'];
const { values } = parseArgs({
  args,
  options: { ...Object.fromEntries([...names, ...more].map((name) => [name, text])), ssl: { type: 'boolean' } },
});
const { config } = values;
const note = {
  program,
  args,
  ...(config && { config, mode: statSync(config).mode & 0o777, text: readFileSync(config, 'utf8') }),
};
appendFileSync(path.join(folder, 'calls.log'), `${JSON.stringify(note)}\n`);

const say = (words) => process.stderr.write(`2026-11-21T05:29:47.313+0000\t${words}\n`);
const script = path.join(folder, `${program}.json`);
const answer = existsSync(script) ? JSON.parse(readFileSync(script, 'utf8')) : {};
if (answer.hang) setInterval(() => undefined, 1000);
else if (answer.stderr === undefined || answer.documents) await work();
if (answer.stderr !== undefined) {
  for (const line of answer.stderr) say(line);
  process.exitCode = answer.exitCode;
}

async function work() {
  const { MongoClient, BSON } = await import('mongodb');
  const client = new MongoClient(`mongodb://${values.host}:${values.port}/`, { directConnection: true });
  try {
    await (program === 'mongodump' ? dump(client.db(values.db), BSON) : restore(client, BSON));
  } finally {
    await client.close(true);
  }
}

async function dump(db, { EJSON }) {
  const all = (await db.listCollections({}, { nameOnly: false }).toArray()).filter(
    ({ name }) => !name.startsWith('system.'),
  );
  if (all.length === 0) return;
  const place = path.join(values.out, db.databaseName);
  mkdirSync(place, { recursive: true });
  for (const { name, type, options } of all) {
    const file = path.join(place, `${name}.bson`);
    say(`writing ${db.databaseName}.${name} to ${file}`);
    const indexes = await db.collection(name).listIndexes({ promoteValues: false }).toArray();
    const metadata = EJSON.stringify({ indexes, collectionName: name, type, options }, { relaxed: false });
    writeFileSync(path.join(place, `${name}.metadata.json`), metadata);
    const documents = await db.collection(name).find({}, { raw: true }).toArray();
    writeFileSync(file, Buffer.concat(documents));
    say(`done dumping ${db.databaseName}.${name} (${documents.length} document${documents.length === 1 ? '' : 's'})`);
  }
}

async function restore(client, bson) {
  const from = values.nsInclude.slice(0, -2);
  const db = client.db((values.nsTo ?? values.nsInclude).slice(0, -2));
  const place = path.join(values.dir, from);
  const made = [];
  let [restored, failed] = [0, 0];
  for (const file of readdirSync(place).filter((each) => each.endsWith('.bson'))) {
    const name = file.slice(0, -'.bson'.length);
    const { indexes } = bson.EJSON.parse(readFileSync(path.join(place, `${name}.metadata.json`), 'utf8'));
    await db.createCollection(name).catch(() => say(`restoring to existing collection ${name} without dropping`));
    const documents = documentsOf(readFileSync(path.join(place, file)), bson);
    let duplicates = 0;
    for (let at = 0; at < documents.length; at += 100) {
      const batch = documents.slice(at, at + 100);
      const { writeErrors = [] } = await db.command({ insert: name, documents: batch, ordered: false });
      duplicates += writeErrors.length;
    }
    for (let each = 0; each < duplicates; each++) {
      say(`continuing through error: E11000 duplicate key error collection: ${db.databaseName}.${name}`);
    }
    [restored, failed] = [restored + documents.length - duplicates, failed + duplicates];
    say(
      `finished restoring ${db.databaseName}.${name} (${documents.length - duplicates} documents, ${duplicates} failures)`,
    );
    made.push({ name, indexes: indexes.filter((index) => index.name !== '_id_') });
  }
  if (!answer.documents) await makeIndexes(db, made);
  if (answer.documents) return;
  say(`${restored} document(s) restored successfully. ${failed} document(s) failed to restore.`);
}

async function makeIndexes(db, made) {
  for (const { name, indexes } of made.filter((each) => each.indexes.length > 0)) {
    say(`restoring indexes for collection ${db.databaseName}.${name} from metadata`);
    const plain = indexes.map(({ v: _v, ns: _ns, ...index }) => index);
    await db.command({ createIndexes: name, indexes: plain });
  }
}

function documentsOf(bytes, { deserialize }) {
  const documents = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    const one = bytes.subarray(at, at + bytes.readInt32LE(at));
    documents.push(deserialize(one, { promoteValues: false, bsonRegExp: true }));
  }
  return documents;
}
