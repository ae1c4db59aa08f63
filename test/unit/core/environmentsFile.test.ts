import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/core/environment.js';
import {
  addEnvironmentEntry,
  parseEnvironmentsFile,
  removeEnvironmentEntry,
  updateEnvironmentEntry,
} from '../../../src/core/environmentsFile.js';

const place = 'kong-environments.yaml';
const example = `# ours
environments:
  # never without asking Ada
  - name: production
    adminUrl: https://kong.example.com:8444/ # behind the VPN
    protected: true
    token: \${env:KONG_TOKEN}
    gatewayVersion: 3.10
  - id: 7f9a
    name: staging # for all
    adminUrl: http://localhost:8001
    mode: dbless
    workspaces: [default, 2024]
`;

const entry = (fields: string): string =>
  `environments:\n  - name: prod\n    adminUrl: http://localhost:8001\n    ${fields}\n  - name: other\n    adminUrl: http://other:8001\n`;

describe('reading kong-environments.yaml', () => {
  it('gives environments with what was left out filled in', () => {
    expect(parseEnvironmentsFile(example)).toEqual({
      problems: [],
      environments: [
        {
          id: 'name:production',
          name: 'production',
          adminUrl: 'https://kong.example.com:8444',
          mode: 'traditional',
          protected: true,
          token: '${env:KONG_TOKEN}',
          gatewayVersion: '3.10',
        },
        {
          id: '7f9a',
          name: 'staging',
          adminUrl: 'http://localhost:8001',
          mode: 'dbless',
          workspaces: ['default', '2024'],
        },
      ],
    });
  });

  it('takes the store "default" for the one without an entry, where none is called so', () => {
    const [own] = parseEnvironmentsFile(entry('store: default')).environments;
    expect(own).toMatchObject({ name: 'prod' });
    expect(own).not.toHaveProperty('store');
    expect(parseEnvironmentsFile(entry('store: default')).problems).toEqual([]);
    const named = `${entry('store: default')}stores:\n  - name: default\n    folder: here\n`;
    expect(parseEnvironmentsFile(named).environments[0]).toMatchObject({ store: 'default' });
    expect(parseEnvironmentsFile(entry('store: nowhere')).problems).toMatchObject([{ line: 3, column: 11 }]);
  });

  it.each(['', '# nothing yet\n', 'environments:\n', 'environments: []\n'])('finds none in %j', (text) => {
    expect(parseEnvironmentsFile(text)).toEqual({ environments: [], problems: [] });
  });

  it('passes on what it says of validation, and keeps it when an entry changes', () => {
    const text = 'validation: {severity: {plaintext-secret: off}}\n';
    expect(parseEnvironmentsFile(text)).toEqual({
      environments: [],
      problems: [],
      validation: { severity: { 'plaintext-secret': 'off' } },
    });
    const added: Environment = { id: 'a', name: 'a', adminUrl: 'http://a', mode: 'traditional' };
    expect(parseEnvironmentsFile(addEnvironmentEntry(text, added, place)).validation).toBeDefined();
    expect(parseEnvironmentsFile('validation: []\n').problems[0]?.message).toContain('must be a map');
  });

  it('marks what of the rules for validation is not understood, and stays usable', () => {
    const text = 'validation:\n  severity:\n    plaintext-secrt: off\nenvironments: []\n';
    const check = (rules: unknown) => {
      expect(rules).toEqual({ severity: { 'plaintext-secrt': 'off' } });
      return [{ path: ['severity', 'plaintext-secrt'], message: 'no such check' }];
    };
    expect(parseEnvironmentsFile(text, check).problems).toEqual([{ line: 2, column: 4, message: 'no such check' }]);
  });

  it.each([
    ['environments\n  - name: x\n    adminUrl: http://x\n', 0, 'environments'],
    ['stores: []\nenvironments # ours\n- name: x\n', 1, 'environments'],
    ['environments\n', 0, 'environments'],
    ['stores\n  - name: x\nenvironments: []\n', 0, 'stores'],
  ])('says that a colon is missing: %j', (text, line, key) => {
    const message = `A colon is missing after "${key}".`;
    expect(parseEnvironmentsFile(text)).toEqual({ environments: [], problems: [{ line, column: 0, message }] });
    const added: Environment = { id: 'a', name: 'a', adminUrl: 'http://a', mode: 'traditional' };
    expect(() => addEnvironmentEntry(text, added, place)).toThrow(message);
  });

  it.each([
    ['token: s3cr3t', 3, 11, /^token: A secret does not belong in this file/],
    ['token: Token ${env:T}', 3, 11, /A secret does not belong/],
    ['headers: { Authorization: Basic abc }', 3, 13, /^headers: Authorization: A secret/],
    ['protected: yes please', 3, 15, /^protected: It must be true or false\.$/],
    ['readonly: true', 3, 4, /^readonly: There is no such setting\. Did you mean `readOnly`\?/],
    ['weather: fine', 3, 4, /^weather: There is no such setting\. Known are id, name/],
    ['mode: db-less', 3, 10, /^mode: It must be one of traditional, hybrid, dbless\.$/],
    ['tls: { skipVerify: 1 }', 3, 9, /^tls: skipVerify: It must be true or false\.$/],
    ['workspaces: []', 3, 16, /^workspaces: It must be a list of texts/],
    ['schedule: { cron: "61 * * * *" }', 3, 14, /^schedule: cron: "61 \* \* \* \*" is no cron expression/],
    ['schedule: { cron: "0 0 30 2 *" }', 3, 14, /^schedule: cron: "0 0 30 2 \*" never comes/],
    ['overrides: [{ select: { kind: servicez }, tags: { a: b } }]', 3, 15, /kind "servicez"\. Did you mean `services`/],
    ['color: pink', 3, 11, /^color: It must be one of red/],
  ])('leaves out an entry with %s, and says where', (fields, line, column, message) => {
    const { environments, problems } = parseEnvironmentsFile(entry(fields));
    expect(environments.map(({ name }) => name)).toEqual(['other']);
    const said = expect.stringMatching(message) as string;
    expect(problems).toEqual([{ line, column, message: said, environment: 'prod' }]);
  });

  it.each([
    ['adminUrl: ftp://x', /begin with http/],
    ['adminUrl: https://admin:pw@kong:8444', /holds a password/],
    ['adminUrl: kong', /must be an address/],
  ])('refuses %s', (fields, message) => {
    const { environments, problems } = parseEnvironmentsFile(`environments:\n  - name: prod\n    ${fields}\n`);
    expect(environments).toEqual([]);
    expect(problems[0]).toMatchObject({ line: 2, message: expect.stringMatching(message) as string });
  });

  it('takes a scheme in front of a reference', () => {
    const fields = 'tokenHeader: Authorization\n    token: Bearer ${file:secrets/token}';
    expect(parseEnvironmentsFile(entry(fields)).environments[0]?.token).toBe('Bearer ${file:secrets/token}');
  });

  it('takes none of two environments of a name, capitals or not: nobody knows which one is meant', () => {
    const { environments, problems } = parseEnvironmentsFile(entry('group: g').replace('other\n', 'PROD\n'));
    expect(environments).toEqual([]);
    expect(problems.map(({ environment }) => environment)).toEqual(['prod', 'PROD']);
    expect(problems[0]?.message).toContain('another environment');
  });

  it('lists what stands whole before a syntax error', () => {
    const { environments, problems } = parseEnvironmentsFile(example.replace('mode: dbless', 'mode: [dbless'));
    expect(environments.map(({ name }) => name)).toEqual(['production']);
    expect(problems[0]?.line).toBeGreaterThanOrEqual(11);
  });

  it.each(['- a\n', 'just text\n', 'environments: 3\n', 'environments:\n  - 3\n'])(
    'says what is wrong with %j',
    (text) => {
      const { environments, problems } = parseEnvironmentsFile(text);
      expect(environments).toEqual([]);
      expect(problems).toHaveLength(1);
    },
  );
});

describe('writing kong-environments.yaml', () => {
  const added: Environment = { id: 'x1', name: 'test', adminUrl: 'http://test:8001', mode: 'traditional' };

  it('adds an entry at the end and keeps all else as it is', () => {
    const text = addEnvironmentEntry(example, added, place);
    expect(text.startsWith(example.slice(0, example.indexOf('    workspaces:')))).toBe(true);
    expect(parseEnvironmentsFile(text).environments.at(-1)).toEqual(added);
  });

  it('begins a file that is empty, or holds only a comment', () => {
    const fresh = addEnvironmentEntry('', added, place);
    expect(fresh).toMatch(/^# .*No secret belongs in this file/);
    expect(parseEnvironmentsFile(fresh)).toEqual({ environments: [added], problems: [] });
    expect(addEnvironmentEntry('# mine\n', added, place)).toMatch(/^# mine\n/);
  });

  it('changes one entry, writes its id down and keeps comments', () => {
    const [production] = parseEnvironmentsFile(example).environments;
    const { token: _token, ...rest } = production!;
    const text = updateEnvironmentEntry(example, 'production', { ...rest, name: 'live', color: 'red' }, place);
    expect(text).toContain('# never without asking Ada');
    expect(text).toContain('# behind the VPN');
    expect(text).toContain('gatewayVersion: 3.10');
    expect(parseEnvironmentsFile(text).environments[0]).toEqual({ ...rest, name: 'live', color: 'red' });
    expect(text).toContain('id: name:production');
  });

  it('removes one entry', () => {
    const text = removeEnvironmentEntry(example, 'production', place);
    expect(text).toContain('name: staging # for all');
    expect(parseEnvironmentsFile(text).environments.map(({ name }) => name)).toEqual(['staging']);
  });

  it('refuses what it could not read again', () => {
    const refused = (changes: Partial<Environment>) =>
      expect(() => addEnvironmentEntry(example, { ...added, ...changes }, place)).toThrow(
        expect.objectContaining({ code: 'environment-invalid' }) as Error,
      );
    refused({ name: 'Staging' });
    refused({ token: 's3cr3t' });
    refused({ adminUrl: 'nowhere' });
  });

  it('refuses to write into a file with a syntax error, or to change what is not there', () => {
    expect(() => addEnvironmentEntry('environments: [', added, place)).toThrow(/kong-environments\.yaml:1:16/);
    expect(() => removeEnvironmentEntry(example, 'nowhere', place)).toThrow(
      expect.objectContaining({ code: 'environment-missing' }) as Error,
    );
  });
});
