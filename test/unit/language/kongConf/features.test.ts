import { describe, expect, test } from 'vitest';
import { confCompletion } from '../../../../src/language/kongConf/completion.js';
import { confHover } from '../../../../src/language/kongConf/hover.js';
import { confFoldingRanges, confSymbols } from '../../../../src/language/kongConf/structure.js';
import { withCursor } from '../marked.js';
import { conf, confFacts } from './conf.js';

function labels(marked: string, version?: string): string[] {
  const { text, position } = withCursor(marked);
  return confCompletion(conf(text, version), position).items.map(({ label }) => label);
}

function hovered(marked: string): string {
  const { text, position } = withCursor(marked);
  return JSON.stringify(confHover(conf(text), position)?.contents ?? '');
}

describe('completion', () => {
  test('names that are not set yet, of the version, and blocks of nginx', () => {
    const names = labels('log_level = info\n|');
    expect(names).toEqual(expect.arrayContaining(['pg_host', 'nginx_http_', 'new_dns_client']));
    expect(names).not.toContain('log_level');
    expect(names).not.toContain('privileged_worker');
    expect(labels('|', '3.4')).not.toContain('new_dns_client');
  });

  test.each([
    ['log_level = |', ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']],
    ['pg_ssl = |', ['on', 'off']],
    ['pg_port = |', ['5432']],
    ['pg_password = |', ['{vault://env/}']],
    ['dns_order = LAST, |', ['SRV', 'A', 'AAAA', 'CNAME']],
    ['# log_level = |', []],
  ])('%s', (marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  test('replaces what is typed', () => {
    const { text, position } = withCursor('  log_le|');
    const item = confCompletion(conf(text), position).items.find(({ label }) => label === 'log_level');
    expect(item?.textEdit).toEqual({
      range: { start: { line: 0, character: 2 }, end: { line: 0, character: 8 } },
      newText: 'log_level = ',
    });
  });
});

describe('hover', () => {
  test('type, default, values, variable and page', () => {
    const text = hovered('log_l|evel = info');
    for (const part of ['notice', 'emerg', 'KONG_LOG_LEVEL', 'gateway/configuration/#log-level']) {
      expect(text).toContain(part);
    }
  });

  test('versions, and what nginx is told', () => {
    expect(hovered('vit|als = on')).toContain('last in Kong 3.4');
    expect(hovered('nginx_http_client_max|_body = 1')).toContain('the block `http`');
    expect(hovered('my_|own = 1')).toBe('""');
  });
});

test('symbols stand below the headings, without secrets', () => {
  const { file } = conf('role = x\n#-----\n# DATASTORE\n#-----\npg_host = db\npg_password = hunter2\n');
  const symbols = confSymbols(file, confFacts);
  expect(symbols.map(({ name }) => name)).toEqual(['role', 'DATASTORE']);
  expect(symbols[1]?.children?.map(({ detail }) => detail)).toEqual(['db', '']);
  expect(confFoldingRanges(file)).toEqual([{ startLine: 2, endLine: 6 }]);
});
