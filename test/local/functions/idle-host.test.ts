import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWorker, type BuiltWorker } from './build-worker.js';

let built: BuiltWorker;

beforeAll(async () => {
  built = await buildWorker({
    stays: `export const handler = async () => { setInterval(() => {}, 1000); return 'done' }`,
  });
});
afterAll(() => built.remove());

it('lets the process end when nothing runs, whatever a function left behind', async () => {
  const script = join(built.bundleFolder, 'idle.cjs');
  await build({
    stdin: {
      contents: `
        import { createFunctionHost } from './src/lib/local/functions/function-host.js';
        const host = createFunctionHost({
          ...${JSON.stringify({ workerFile: built.workerFile, bundleFolder: built.bundleFolder })},
          functions: { stays: { timeoutSeconds: 5, memoryMb: 128 } },
          environment: () => ({}),
          sources: { now: Date.now, uuid: () => '' },
          onLine: () => {},
        });
        void host.invoke({ functionName: 'stays', payload: '{}', requestId: 'r' }).then(({ payload }) => console.log(payload));
      `,
      resolveDir: process.cwd(),
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  expect(execFileSync(process.execPath, [script], { encoding: 'utf8', timeout: 20_000 })).toBe('"done"\n');
});
