import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isOlder } from '../../src/lib/terraform/binary.js';
import { terraformEnvironment } from '../../src/lib/terraform/clean-environment.js';
import { checkDefinition, checkTemplate, readWorkflow } from '../../src/lib/terraform/definition-check.js';
import { lockFolder } from '../../src/lib/terraform/lockfile.js';
import { parseMessage } from '../../src/lib/terraform/message.js';
import type { StopWish } from '../../src/lib/terraform/process.js';
import { heldLock } from '../../src/lib/terraform/state-lock.js';
import { StopRequests } from '../../src/lib/terraform/stop-requests.js';
import { providerEnvironment } from '../../src/lib/terraform/target.js';
import { ROOT } from '../support/run-orders.js';
import { recording } from './fake.js';

const scratch = mkdtempSync(join(tmpdir(), 'orders-terraform-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('versions are compared by number', () => {
  expect(['1.9.9', '1.10.0', '1.11.0', '1.11.0-rc1', '2.0.0'].map((version) => isOlder(version, '1.11.0'))).toEqual([
    ...[true, true, false, false, false],
  ]);
});

test('every recorded line is a message; other lines are none', () => {
  for (const name of ['init', 'create.plan', 'create.apply', 'replace.apply', 'destroy.apply']) {
    const lines = readFileSync(recording(`${name}.jsonl`), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => parseMessage(line)?.type)).not.toContain(undefined);
  }
  expect(['', 'Warning: x', '{', '{"type":1}', '[]'].map(parseMessage)).toEqual(Array(5).fill(undefined));
});

describe('variables for Terraform', () => {
  test('on Windows, too, are told apart in any case', () => {
    expect(terraformEnvironment({ tf_cli_args: '-destroy', Tf_Var_x: '1', Path: 'C:\\' })).toEqual({
      Path: 'C:\\',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    });
  });

  test('lead to the same place as our own clients', () => {
    const loopback = (url: string): boolean => url.includes('127.0.0.1');
    expect(
      providerEnvironment(
        { name: 'dev', profile: 'ann', region: 'eu-west-1' },
        { AWS_ACCESS_KEY_ID: 'AKID' },
        loopback,
      ),
    ).toEqual({
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: undefined,
      AWS_PROFILE: 'ann',
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
    });
    const here = { name: 'dev', endpointUrl: 'http://127.0.0.1:4566' };
    expect(providerEnvironment(here, {}, loopback)).toEqual({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    expect(providerEnvironment({ ...here, endpointUrl: 'https://proxy.example' }, {}, loopback)).toEqual({
      AWS_ENDPOINT_URL: 'https://proxy.example',
    });
  });
});

describe('the definition', () => {
  test('is checked as it will be rendered, for both types', async () => {
    const folder = join(ROOT, 'workflows/order-processing');
    await expect(checkTemplate(folder, await readWorkflow(folder))).resolves.toBeUndefined();
    const broken = join(scratch, 'broken');
    mkdirSync(broken);
    const text = readFileSync(join(folder, 'order-processing.asl.json'), 'utf8').replaceAll(
      '"AggregateResults"',
      '"Nowhere"',
    );
    writeFileSync(join(broken, 'order-processing.asl.json'), text.replace('"Nowhere": {', '"AggregateResults": {'));
    await expect(checkTemplate(broken, await readWorkflow(folder))).rejects.toMatchObject({
      exit: 'checkFailed',
      message: 'the definition is not valid for STANDARD, nothing was deployed',
    });
  });

  test('that is planned is refused with every fault', () => {
    expect(() => checkDefinition('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}', 'EXPRESS')).toThrow(
      'the definition is not valid for EXPRESS, nothing was deployed',
    );
  });
});

describe('a lock', () => {
  test("of Terraform's is read from its diagnostic", () => {
    const detail =
      'Error message: operation error S3: PutObject, PreconditionFailed\nLock Info:\n  ID:        d7f2\n  Path:      bucket/dev\n' +
      '  Operation: OperationTypePlan\n  Who:       ci@runner-7\n  Version:   1.11.4\n  Created:   2026-11-22 16:42:35.730856917 +0100 CET\n  Info:      \n';
    expect(heldLock({ detail })).toEqual({
      id: 'd7f2',
      who: 'ci@runner-7',
      operation: 'plan',
      created: new Date('2026-11-22T15:42:35Z'),
    });
    expect(heldLock({ detail: detail.replace('2026-11-22', 'one day') })).not.toHaveProperty('created');
    expect(heldLock({ detail: 'no such thing' })).toBeUndefined();
    expect(heldLock({ detail: 'Lock Info:\nnothing' })).toBeUndefined();
  });

  test('of ours is held until orders and its Terraform are gone', () => {
    const file = join(scratch, 'work', 'lock');
    const alive = new Set([process.pid, 4_000_001]);
    const isAlive = (pid: number): boolean => alive.has(pid);
    const lock = lockFolder(file, 'environment dev', isAlive);
    lock.alsoHeldBy(4_000_001);
    alive.delete(process.pid);
    expect(() => lockFolder(file, 'environment dev', isAlive)).toThrow(
      'another orders works on environment dev here: process 4000001',
    );
    alive.clear();
    lockFolder(file, 'environment dev', isAlive).release();
    writeFileSync(file, 'damaged');
    lockFolder(file, 'environment dev', isAlive).release();
  });
});

describe('signals', () => {
  function stopping(ask?: () => Promise<boolean>): { told: string[]; wished: StopWish[]; requests: StopRequests } {
    const told: string[] = [];
    const wished: StopWish[] = [];
    const requests = new StopRequests({ tell: (text) => told.push(text), ...(ask && { ask }) });
    requests.wishes((wish) => wished.push(wish));
    return { told, wished, requests };
  }

  test('stop in order first, and by force only after a question', async () => {
    const answers = [false, true];
    let asked: Promise<boolean> | undefined;
    const { wished, requests } = stopping(() => (asked = Promise.resolve(answers.shift() ?? false)));
    expect(requests.handle('interrupted')).toBe(true);
    expect(wished).toEqual([{ how: 'in-order', exit: 'interrupted' }]);
    requests.handle('interrupted');
    await asked;
    await Promise.resolve();
    expect(wished).toHaveLength(1);
    requests.handle('interrupted');
    // While it is asked, more signals are no answer.
    requests.handle('interrupted');
    await asked;
    await Promise.resolve();
    expect(wished.map(({ how }) => how)).toEqual(['in-order', 'by-force']);
  });

  test('are not ours while no Terraform runs', () => {
    const requests = new StopRequests({ tell: () => {} });
    expect(requests.handle('terminated')).toBe(false);
    requests.wishes(() => {})();
    expect(requests.handle('terminated')).toBe(false);
  });
});
