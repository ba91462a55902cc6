/*
 * Packs the CLI as npm would publish it, installs the tarball into a folder of its own and runs the local environment
 * from an empty folder, as somebody who has nothing but npm. Slow, so it is not among the tests: `node
 * test/e2e/package.js`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'orders-package-'));
const prefix = join(scratch, 'prefix');
const elsewhere = join(scratch, 'any folder');
const windows = process.platform === 'win32';

function main() {
  const said = npm(['pack', '--json', '--pack-destination', scratch], ROOT);
  // The build, which npm runs before, has its say first.
  const [{ filename, files }] = JSON.parse(said.slice(said.indexOf('[\n')));
  const tarball = join(scratch, filename);
  const stray = files.filter(({ path }) => /^(src|test|build|node_modules)\//.test(path));
  check(stray.length === 0, `sources in the tarball: ${stray.map(({ path }) => path).join(', ')}`);
  console.log(`${filename}: ${files.length} files, ${Math.round(statSync(tarball).size / 1024)} KiB`);

  install(tarball);
  mkdirSync(elsewhere);
  const module = join(prefix, windows ? '' : 'lib', 'node_modules', 'orders-cli');
  copyFileSync(join(module, 'workflows/order-processing/examples/order.json'), join(elsewhere, 'order.json'));

  orders(['--version'], 0, /^orders-cli\/\d/);
  orders(['help'], 0, /COMMANDS/);
  orders(['start', '--file', 'order.json', '--wait'], 0, /SUCCEEDED/);
  orders(['list'], 0, /SUCCEEDED/);
  orders(['local', 'show', '--json'], 0, /"folder"/);

  const packed = files.map(({ path }) => path);
  const deployed = ['infra/versions.tf', 'infra/.terraform.lock.hcl', 'workflows/order-processing/workflow.json'];
  for (const path of deployed) check(packed.includes(path), `${path} is not in the tarball`);
  check(packed.filter((path) => /^dist\/functions\/[^/]+\//.test(path)).length > 9, 'functions are not in the tarball');
  check(!packed.some((path) => path.startsWith('infra/tests/')), 'tests of infra/ are in the tarball');
  orders(['deploy', '--env', 'dev', '--plan', '--json'], 15, /ORDERS_TERRAFORM_BIN names no program/);
  console.log('the installed package runs an order to its end');
}

/** Without a network the packages have to be in npm's cache, which they are after `npm ci`. */
function install(tarball) {
  const args = ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', '--loglevel', 'error', tarball];
  if (spawnSync('npm', [...args, '--offline'], { shell: windows, stdio: 'ignore' }).status === 0) return;
  npm([...args, '--prefer-offline'], scratch);
}

function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell: windows, stdio: ['ignore', 'pipe', 'inherit'] });
}

function orders(args, code, pattern) {
  const bin = join(prefix, windows ? 'orders.cmd' : 'bin/orders');
  check(existsSync(bin), `${bin} was not installed`);
  const { status, stdout, stderr } = spawnSync(bin, args, {
    cwd: elsewhere,
    encoding: 'utf8',
    shell: windows,
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      XDG_CACHE_HOME: join(scratch, 'cache'),
      ORDERS_LOCAL_DIR: join(scratch, 'data'),
      ORDERS_TERRAFORM_BIN: join(scratch, 'no-terraform'),
    },
  });
  check(status === code, `orders ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  check(pattern.test(stdout), `orders ${args.join(' ')} printed:\n${stdout}`);
  check(!/warning/i.test(stderr), `orders ${args.join(' ')} warned:\n${stderr}`);
}

function check(condition, message) {
  if (!condition) throw new Error(message);
}

try {
  main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
