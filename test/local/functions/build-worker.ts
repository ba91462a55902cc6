import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BuiltWorker {
  readonly workerFile: string;
  readonly bundleFolder: string;
  remove(): void;
}

/** Builds the worker as the package does, beside bundles made of the given sources (by function name). */
export async function buildWorker(sources: Readonly<Record<string, string>>): Promise<BuiltWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'orders-functions-'));
  const workerFile = join(folder, 'function-worker.cjs');
  await build({
    entryPoints: ['src/lib/local/functions/worker.ts'],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  const bundleFolder = join(folder, 'functions');
  for (const [name, source] of Object.entries(sources)) {
    mkdirSync(join(bundleFolder, name), { recursive: true });
    writeFileSync(join(bundleFolder, name, 'index.mjs'), source);
  }
  return { workerFile, bundleFolder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
