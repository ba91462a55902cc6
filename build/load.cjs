/* eslint-disable @typescript-eslint/no-require-imports, no-undef */
'use strict';
/*
 * Loads the bundles together with V8's compiled code for them: compiling is most of what a start costs. build.js puts
 * this file into dist with the content hash of all bundles in place of BUILD.
 *
 * The compiled code lies in the user's cache folder, one file a bundle and command (commands use different functions of
 * a bundle), named by content hash, Node version and architecture. It is written at the end of a run that found none.
 * Whatever goes wrong with it costs time only, and is ignored.
 */
const fs = require('fs');
const Module = require('module');
const os = require('os');
const path = require('path');
const vm = require('vm');

const BUILD = '__BUILD__';

/** Runs dist/<name> as a CommonJS module. `argv` tells which command's compiled code is wanted. */
exports.load = function load(name, argv) {
  const folder = process.env.ORDERS_CODE_CACHE === '0' ? undefined : cacheFolder();
  const purpose = purposeOf(argv);
  const fresh = [];
  const modules = {};

  const main = run(name);
  process.on('exit', () => {
    const known = [...(main.commandIds ?? []), ...(main.commandAliases ?? [])].map((id) => id.replaceAll(':', '-'));
    if (purpose !== 'help' && !known.includes(purpose)) return;
    for (const { script, file } of fresh) write(script, file);
  });
  return main;

  function run(bundle) {
    if (modules[bundle]) return modules[bundle].exports;
    const filename = path.join(__dirname, bundle);
    const module = (modules[bundle] = { exports: {}, filename });
    const fromDisk = Module.createRequire(filename);
    const require = Object.assign((id) => (/^\.\/[a-z-]+\.cjs$/.test(id) ? run(id.slice(2)) : fromDisk(id)), {
      resolve: fromDisk.resolve,
      cache: fromDisk.cache,
      main: undefined,
    });
    compile(bundle, filename).call(module.exports, module.exports, require, module, filename, __dirname);
    return module.exports;
  }

  function compile(bundle, filename) {
    // A function of a module's five names (build.js writes it so), in ASCII: latin1 needs no decoding.
    const source = fs.readFileSync(filename, 'latin1');
    const file = folder && path.join(folder, `${BUILD}-${process.version}-${process.arch}-${purpose}-${bundle}.bin`);
    const cachedData = file && read(file);
    const script = new vm.Script(source, { filename, cachedData });
    if (file && (!cachedData || script.cachedDataRejected)) fresh.push({ script, file });
    return script.runInThisContext();
  }
};

/** The words before the first flag, as far as they can be words of a command. */
function purposeOf(argv) {
  const words = [];
  for (const word of argv) {
    if (!/^[a-z][a-z-]{1,15}$/.test(word) || words.length === 2 || (words.length === 1 && words[0] !== 'local')) break;
    words.push(word);
  }
  return words.join('-') || 'help';
}

function cacheFolder() {
  const { env, platform } = process;
  const home = os.homedir();
  const base =
    env.XDG_CACHE_HOME ||
    (platform === 'darwin' && path.join(home, 'Library', 'Caches')) ||
    (platform === 'win32' && env.LOCALAPPDATA) ||
    path.join(home, '.cache');
  return path.join(base, 'orders', 'code');
}

/**
 * Compiled code is run without a look at the source, so it has to be our own: a file that others may write is not
 * taken.
 */
function read(file) {
  let handle;
  try {
    handle = fs.openSync(file, 'r');
    const { mode, uid, size } = fs.fstatSync(handle);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
    const data = Buffer.allocUnsafeSlow(size);
    return fs.readSync(handle, data, 0, size, 0) === size ? data : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function write(script, file) {
  const part = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // Flushed before it gets its name: after a power cut V8 would run whatever is in there.
    fs.writeFileSync(part, script.createCachedData(), { mode: 0o600, flush: true });
    fs.renameSync(part, file);
    forgetOtherBuilds(path.dirname(file));
  } catch {
    try {
      fs.unlinkSync(part);
    } catch {
      // It was not there, or cannot be removed: either way nothing depends on it.
    }
  }
}

const KEEP_MS = 24 * 3600 * 1000;

/** Code of builds that are gone would stay for ever; another installed version makes its own anew at its next run. */
function forgetOtherBuilds(folder) {
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(BUILD)) continue;
    const file = path.join(folder, name);
    if (Date.now() - fs.statSync(file).mtimeMs > KEEP_MS) fs.unlinkSync(file);
  }
}
