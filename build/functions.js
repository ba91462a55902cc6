// Bundles the Lambda functions: dist/functions/<function>/index.mjs, and what they share in dist/functions/chunks.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const workflow = join(root, 'workflows', 'order-processing');

// Parts of the SDKs are CommonJS and call require() for Node's own modules, which an ES module does not have.
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * The same sources give the same bytes: nothing in the output depends on the time, the machine or the folder.
 *
 * @param {{ outFolder?: string }} options default: dist/functions in the project
 * @returns {Promise<string[]>} the functions' names
 */
export async function buildFunctions({ outFolder = join(root, 'dist', 'functions') } = {}) {
  const { functions } = JSON.parse(readFileSync(join(workflow, 'workflow.json'), 'utf8'));
  const names = Object.keys(functions);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: join(workflow, 'functions', `${name}.ts`), out: `${name}/index` })),
    outdir: outFolder,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Error names are part of the contract with the definition; the class names are for people who read traces.
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  for (const file of outputFiles) replace(file.path, file.contents);
  removeOthers(outFolder, new Set(outputFiles.map((file) => file.path)));
  return names;
}

/** A function that is loaded meanwhile sees the old file or the new one. */
function replace(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, contents);
  renameSync(`${path}.part`, path);
}

function removeOthers(folder, kept) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path)) rmSync(path);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = await buildFunctions();
  console.log(`bundled ${names.length} functions into dist/functions`);
}
