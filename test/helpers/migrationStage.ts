import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Migration, MigrationStep, StepState } from '../../src/core/migration.js';
import { CliFolder, type CliResult } from './cli.js';
import { type EnterpriseGateway, fillEnterprise, operatorToken, startEnterpriseGateway } from './enterpriseGateway.js';

export const tokenVariable = 'KONG_BACKUP_TEST_MIGRATION_TOKEN';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands in for a gateway's proxy, and for the address of its metrics. */
export class StandInProxy {
  private constructor(readonly url: string) {}

  /** Answers whatever is not asked for metrics. */
  serve: Serve = (_request, response) => json(response, 200, { orders: [1, 2], of: 'shop' });
  /** What was served so far. Every look at the metrics adds `step`. */
  traffic = { ok: 0, errors: 0 };
  step = { ok: 100, errors: 0 };

  static async start(): Promise<StandInProxy> {
    const server = createServer((request, response) => {
      if (request.url === '/metrics') proxy.metrics(response);
      else proxy.serve(request, response);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const proxy = new StandInProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return proxy;
  }

  private metrics(response: ServerResponse): void {
    this.traffic.ok += this.step.ok;
    this.traffic.errors += this.step.errors;
    const { ok, errors } = this.traffic;
    response.end(
      `kong_http_requests_total{service="a",code="200"} ${ok}\nkong_http_requests_total{service="a",code="502"} ${errors}\n` +
        `kong_request_latency_ms_sum{service="a"} ${ok * 20}\nkong_request_latency_ms_count{service="a"} ${ok}\n`,
    );
  }
}

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Writes down what it was called with, and ends as the file beside it says. */
const operatorScript = `
import { appendFileSync, existsSync } from 'node:fs';
const folder = import.meta.dirname;
appendFileSync(folder + '/ran.log', process.argv.slice(2).join(' ') + '\\n');
if (existsSync(folder + '/broken')) { console.error('the load balancer is away'); process.exit(3); }
`;

export interface Stage {
  cli: CliFolder;
  blue: EnterpriseGateway;
  green: EnterpriseGateway;
  proxies: { blue: StandInProxy; green: StandInProxy };
  /** What the operator's script was called with. */
  ran(): Promise<string[]>;
}

export interface StageOptions {
  /** Of green's section `migration`. */
  migration?: object;
  blue?: object;
  green?: object;
}

/** A filled blue, an empty green, a proxy before each, and an operator's script that splits the traffic. */
export async function migrationStage(options: StageOptions = {}): Promise<Stage> {
  const [blue, green] = await Promise.all([startEnterpriseGateway(), startEnterpriseGateway()]);
  onTestFinished(() => Promise.all([blue.close(), green.close()]).then(() => undefined));
  const proxies = { blue: await StandInProxy.start(), green: await StandInProxy.start() };
  await fillEnterprise(blue);
  await fillBlue(blue);
  process.env[tokenVariable] = operatorToken;
  onTestFinished(() => {
    delete process.env[tokenVariable];
  });
  const cli = await CliFolder.make();
  const script = await cli.write('operator.mjs', operatorScript);
  const headers = { 'Kong-Admin-Token': `\${env:${tokenVariable}}` };
  const checks = [{ name: 'orders', path: '/orders', compareHeaders: ['content-type'], compareBody: 'json' }];
  const environments = [
    { name: 'blue', adminUrl: blue.url, headers, proxyUrl: proxies.blue.url, checks, ...options.blue },
    {
      name: 'green',
      adminUrl: green.url,
      headers,
      proxyUrl: proxies.green.url,
      checks,
      migration: {
        blueBackup: [process.execPath, script, 'copy-cassandra'],
        metricsUrl: `${proxies.green.url}/metrics`,
        dashboards: ['https://grafana.example/d/kong'],
        canary: {
          command: [process.execPath, script, 'split', '{percent}'],
          rollback: [process.execPath, script, 'back'],
          hold: '1s',
          every: '1s',
        },
        ...options.migration,
      },
      ...options.green,
    },
  ].map((each) => ({ engine: 'admin-api', ...each }));
  await cli.write('kong-environments.yaml', JSON.stringify({ environments }));
  const ran = async (): Promise<string[]> =>
    (await readFile(path.join(cli.folder, 'ran.log'), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
  return { cli, blue, green, proxies, ran };
}

async function fillBlue({ ask }: EnterpriseGateway): Promise<void> {
  for (const base of ['', '/payments']) {
    await ask('POST', `${base}/services`, { name: 'orders', host: 'orders.internal' });
    await ask('POST', `${base}/services/orders/routes`, { name: 'orders', paths: ['/orders'] });
    await ask('POST', `${base}/services/orders/plugins`, { name: 'basic-auth' });
    await ask('POST', `${base}/consumers`, { username: 'ada' });
    await ask('POST', `${base}/consumers/ada/basic-auth`, { username: 'ada', password: 'the-old-password' });
    await ask('POST', `${base}/consumers/ada/key-auth`, { key: 'the-key-of-ada' });
  }
}

/** A migration through the CLI. */
export class Walk {
  private constructor(
    private readonly cli: CliFolder,
    readonly id: string,
  ) {}

  static async begin(cli: CliFolder): Promise<Walk> {
    const started = await cli.run(['migrate', 'start', 'blue', 'green', '--format', 'json']);
    expect(started.stderr).toBe('');
    return new Walk(cli, started.json<Migration>().id);
  }

  call(action: string, ...words: string[]): Promise<CliResult> {
    return this.cli.run(['migrate', action, this.id, ...words]);
  }

  /** Runs a step. @returns its state after that. */
  async run(step: MigrationStep, ...more: string[]): Promise<StepState> {
    const result = await this.call('run', step, '--yes', '--format', 'json', ...more);
    if (result.stdout === '') throw new Error(`${step}: ${result.stderr}`);
    return stateOf(result.json<Migration>(), step);
  }

  async show(): Promise<Migration> {
    return (await this.call('show', '--format', 'json')).json<Migration>();
  }

  /** Runs every step from the next one until this one, deciding and overriding as it must. */
  async until(step: MigrationStep): Promise<void> {
    for (;;) {
      const { next } = await this.show();
      if (next === undefined || next === step) return;
      if (next.startsWith('go-no-go')) await this.call('decide', next, 'go', '--reason', 'As planned.');
      else {
        const { status, runs } = await this.run(
          next,
          ...(next === 'blue-backup' ? ['--set', 'copy=s3://copies/1'] : []),
        );
        if (status === 'done' || status === 'attention') continue;
        throw new Error(`${next} is ${status}: ${JSON.stringify(runs.at(-1)?.outcome)}`);
      }
    }
  }
}

export const stateOf = ({ steps }: Migration, step: MigrationStep): StepState => {
  const state = steps.find((each) => each.step === step);
  if (!state) throw new Error(`No step ${step}.`);
  return state;
};

/** What the last run of a step found, as one text. */
export const foundBy = ({ runs }: StepState): string =>
  (runs.at(-1)?.outcome?.findings ?? []).map(({ severity, message }) => `${severity}: ${message}`).join('\n');
