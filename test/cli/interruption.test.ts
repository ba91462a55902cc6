import { expect, test } from 'vitest';
import { runOrders } from '../support/run-orders.js';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('local serve ends in order on %s', async (signal, code) => {
  const ran = await runOrders(['local', 'serve', '--port', '0'], {
    onOutput: ({ stderr }, kill) => {
      if (stderr.includes('aws stepfunctions') && !stderr.includes('stopped')) kill(signal);
    },
  });
  expect(ran.code).toBe(code);
  expect(ran.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/u);
  expect(ran.stderr).toContain('stopped;');
});

test('local serve --json announces its endpoint at once, and once', async () => {
  const ran = await runOrders(['local', 'serve', '--port', '0', '--json'], {
    onOutput: ({ stdout }, kill) => {
      if (stdout.endsWith('}\n')) kill('SIGTERM');
    },
  });
  expect(ran).toMatchObject({ code: 143, stderr: '' });
  const answer = JSON.parse(ran.stdout) as { endpointUrl: string; port: number };
  expect(answer.endpointUrl).toBe(`http://127.0.0.1:${answer.port}`);
});
