/*
 * Builds what is shipped:
 *
 *   dist/cli.cjs               oclif, the commands, lib          CommonJS: an ESM start costs more on every Node
 *   dist/sfn-client.cjs        the AWS clients                   apart, loaded at the first request
 *   dist/logs-client.cjs, ...
 *   dist/inquirer.cjs          questions                         apart, loaded when one is asked
 *   dist/function-worker.cjs   what a worker thread of the local function host runs
 *   dist/load.cjs              loads the above with compiled code from the user's cache
 *   dist/functions/            the Lambda functions (build/functions.js)
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildFunctions } from './functions.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

/** Sources that get a file of their own, and the file. */
const APART = {
  'src/lib/aws/sfn-client.ts': 'sfn-client.cjs',
  'src/lib/aws/logs-client.ts': 'logs-client.cjs',
  'src/lib/aws/dynamodb-client.ts': 'dynamodb-client.cjs',
  'src/lib/aws/lambda-client.ts': 'lambda-client.cjs',
  'src/lib/aws/pricing-client.ts': 'pricing-client.cjs',
  'src/lib/aws/secrets-client.ts': 'secrets-client.cjs',
  'src/lib/aws/ssm-client.ts': 'ssm-client.cjs',
  'src/lib/aws/sts-client.ts': 'sts-client.cjs',
  'src/lib/payments/stripe-client.ts': 'stripe-client.cjs',
  'src/lib/cli/inquirer.ts': 'inquirer.cjs',
  'src/lib/graph/viz.ts': 'viz.cjs',
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  minify: true,
  // Names of error classes are part of what the workflow sees.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'require-resolve-not-external': 'silent' },
  // CommonJS has no import() of its own here: what is apart is required.
  supported: { 'dynamic-import': false },
  // Only looked for by oclif where sources are run.
  external: ['typescript', 'ts-node', 'tsx'],
  // load.cjs calls it with these; written here, since the file is large and putting text around it copies it.
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
};

async function main() {
  const started = performance.now();
  mkdirSync(dist, { recursive: true });
  // All of them end before one failure ends us: half-built folders are moved into place or removed.
  const results = await Promise.allSettled([
    bundle('src/main.ts', 'cli.cjs', [apart(), slimOclif(), quickLibsql()]),
    // The SDK ships CommonJS and ES modules; of the latter only what is used gets into the bundle.
    ...Object.entries(APART).map(([source, file]) => bundle(source, file, [], { mainFields: ['module', 'main'] })),
    // The functions it loads are ES modules: here import() has to stay what it is.
    bundle('src/lib/local/functions/worker.ts', 'function-worker.cjs', [], {
      supported: { 'dynamic-import': true },
      // Loaded by Node itself.
      banner: {},
      footer: {},
    }),
    functions(),
  ]);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  writeLoader();
  console.log(`built dist in ${Math.round(performance.now() - started)} ms`);
}

async function bundle(source, file, plugins, settings = {}) {
  const entry = { entryPoints: [source], outfile: join(dist, file) };
  const result = await build({ ...common, ...settings, ...entry, plugins, write: false });
  for (const output of result.outputFiles) replace(output.path, output.contents);
}

/** Built beside and moved into place, so that an order that runs meanwhile finds its functions. */
async function functions() {
  const folder = join(dist, 'functions');
  const part = `${folder}.part-${process.pid}`;
  const old = `${folder}.old-${process.pid}`;
  await buildFunctions({ outFolder: part });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(part, folder);
  rmSync(old, { recursive: true, force: true });
}

/** A process that starts meanwhile sees the old file or the new one. */
function replace(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part-${process.pid}`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

/** Imports of what is built apart become a require of that file. */
function apart() {
  return {
    name: 'apart',
    setup(api) {
      api.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const source = relative(root, join(resolveDir, path)).replace(/\.js$/, '.ts').replaceAll('\\', '/');
        const file = APART[source];
        return file === undefined ? undefined : { path: `./${file}`, external: true };
      });
    },
  };
}

/**
 * oclif's index loads all of oclif. Commands need its Command, Flags, Args and Config.
 */
function slimOclif() {
  return {
    name: 'slim-oclif',
    setup(api) {
      api.onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: 'oclif', namespace: 'slim' }));
      api.onLoad({ filter: /.*/, namespace: 'slim' }, () => ({
        resolveDir: root,
        contents: `
          export { Command } from '@oclif/core/command';
          export * as Args from '@oclif/core/args';
          export * as Flags from '@oclif/core/flags';
          export { Config } from '@oclif/core/config';
        `,
      }));
    },
  };
}

/**
 * libsql's few lines of JavaScript, with another answer to the question which binary this machine needs: its own takes a
 * whole report of the process, at every start. The binary stays a package beside ours.
 */
function quickLibsql() {
  return {
    name: 'quick-libsql',
    setup(api) {
      api.onResolve({ filter: /^@neon-rs\/load$/ }, () => ({ path: join(root, 'build', 'native-target.cjs') }));
      api.onLoad({ filter: /[/\\]libsql[/\\]index\.js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const changed = text.replace(
          'return require(`@libsql/${target}`);',
          // It is a dependency of libsql and not of ours: package managers differ in where it lies.
          "return require('node:module').createRequire(require.resolve('libsql'))(`@libsql/${target}`);",
        );
        if (changed === text) throw new Error('libsql/index.js does not load its binary as it did: see quickLibsql');
        return { contents: changed, loader: 'js' };
      });
    },
  };
}

function writeLoader() {
  const hash = createHash('sha256');
  for (const file of readdirSync(dist)
    .filter((name) => name.endsWith('.cjs') && name !== 'load.cjs')
    .sort()) {
    hash.update(file).update(readFileSync(join(dist, file)));
  }
  const loader = readFileSync(join(root, 'build', 'load.cjs'), 'utf8').replace(
    '__BUILD__',
    hash.digest('hex').slice(0, 20),
  );
  replace(join(dist, 'load.cjs'), loader);
}

try {
  await main();
} catch (error) {
  // esbuild has printed its own faults already.
  if (!Array.isArray(error.errors)) console.error(error);
  process.exitCode = 1;
}
