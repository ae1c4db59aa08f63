import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorkspacePlan } from '../../src/core/change.js';
import { quietContext } from '../../src/core/context.js';
import type { ErrorCode } from '../../src/core/errors.js';
import {
  startPracticeGateway,
  type PracticeGateway,
  type PracticeGatewayOptions,
} from '../../src/practice/practiceGateway.js';
import type { SchemaFacts } from '../../src/schema/facts.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import type { EngineUnderTest } from './entityDriverSuite.js';

/** What every engine says on a gateway's bad days, and that it leaves nothing behind. Only a gateway of ours can be told to have them. */
export function describeFailures(engine: EngineUnderTest, facts: SchemaFacts): void {
  describe(`${engine.name} on bad days`, () => {
    const context = quietContext();
    const driver = engine.create();
    let gateway: PracticeGateway | undefined;

    afterEach(async () => {
      await gateway?.close();
      gateway = undefined;
    });
    const start = async (options: Partial<PracticeGatewayOptions> = {}) => {
      gateway = await startPracticeGateway({ facts, ...options });
      return gateway;
    };

    const days: readonly (readonly [string, ErrorCode, () => Promise<string>])[] = [
      [
        'down',
        'gateway-unreachable',
        async () => {
          const { url, close } = await start();
          await close();
          gateway = undefined;
          return url;
        },
      ],
      ['asking for a token', 'gateway-unauthorized', async () => (await start({ token: 'open-sesame' })).url],
      [
        'forbidding',
        'gateway-forbidden',
        async () => {
          const { url, faults } = await start();
          faults.add({ effect: { status: 403, body: { message: 'you may not' } } });
          return url;
        },
      ],
      [
        'not Kong but a web page',
        'gateway-not-kong',
        async () => {
          const { url, faults } = await start();
          faults.add({ effect: 'html' });
          return url;
        },
      ],
    ];

    it.each(days)('says that a gateway is %s', async (_day, code, arrange) => {
      const target = targetOf(await arrange());
      await expect(driver.ping(target, context)).rejects.toMatchObject({
        code,
        place: expect.stringContaining('http'),
      });
      const file = path.join(await temporaryFolder(), 'dump.yaml');
      await expect(driver.dump(target, { workspace: 'default', file }, context)).rejects.toMatchObject({ code });
      expect(existsSync(file)).toBe(false);
    });

    it('gets in with the right token', async () => {
      const { url } = await start({ token: 'open-sesame' });
      const target = targetOf(url, {}, { 'Kong-Admin-Token': 'open-sesame' });
      await expect(driver.ping(target, context)).resolves.toBeUndefined();
    });

    it('refuses to change a gateway without a database', async () => {
      const { url } = await start({ mode: 'dbless' });
      const target = targetOf(url, { mode: 'dbless' });
      await expect(driver.ping(target, context)).resolves.toBeUndefined();
      const id = '5a000000-0000-4000-8000-000000000001';
      const file = path.join(await temporaryFolder(), 'state.yaml');
      await writeFile(file, `_format_version: "3.0"\nservices:\n- {id: "${id}", name: s, host: h}\n`);
      const plan: WorkspacePlan = {
        workspace: 'default',
        exists: true,
        unchanged: 0,
        changes: [
          {
            action: 'create',
            workspace: 'default',
            kind: 'services',
            label: 's',
            id,
            after: { id, name: 's', host: 'h' },
          },
        ],
      };
      await expect(driver.apply(target, { plan, file }, context)).rejects.toMatchObject({
        code: 'gateway-read-only-mode',
      });
    });
  });
}
