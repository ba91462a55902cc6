/*
 * Writes the part of README.md between <!-- commands --> and <!-- /commands --> : the help of every command and the
 * table of exit codes. Needs a build. A test fails when the README holds something else: run `node build/readme.js`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'README.md');
const OPEN = '<!-- commands -->';
const CLOSE = '<!-- /commands -->';

/** The section as it should be. */
export function commandSection() {
  const { commandIds } = createRequire(import.meta.url)('../dist/load.cjs').load('cli.cjs', []);
  const parts = commandIds.map((id) => {
    const words = id.split(':');
    const [summary, , ...rest] = help(...words).split('\n');
    const text = rest
      .join('\n')
      .replace(/\nExit codes: .*\n?$/, '')
      .trim();
    return `### orders ${words.join(' ')}\n\n${summary}\n\n\`\`\`\n${withoutGlobalFlags(text)}\n\`\`\``;
  });
  const codes = help('exit-codes')
    .split('\n')
    .flatMap((line) => /^ +(\d+) {2}(.*)$/.exec(line)?.slice(1, 3).join(' | ') ?? [])
    .map((row) => `| ${row} |`);
  return [
    OPEN,
    ...parts,
    `### Flags of every command\n\n\`\`\`\n${globalFlags()}\n\`\`\``,
    `### Exit codes\n\n| code | meaning |\n|---|---|\n${codes.join('\n')}`,
    CLOSE,
  ].join('\n\n');
}

/** The section as it is. */
export function sectionInReadme() {
  const readme = readFileSync(file, 'utf8');
  const start = readme.indexOf(OPEN);
  const end = readme.indexOf(CLOSE);
  if (start < 0 || end < start) throw new Error(`README.md has no ${OPEN} ... ${CLOSE}`);
  return readme.slice(start, end + CLOSE.length);
}

function help(...words) {
  return execFileSync(process.execPath, [join(root, 'bin', 'run.js'), 'help', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
}

const GLOBAL_FLAGS = /\nGLOBAL FLAGS\n(?:.+\n)+/;

function withoutGlobalFlags(text) {
  return text.replace(GLOBAL_FLAGS, '');
}

function globalFlags() {
  return GLOBAL_FLAGS.exec(help('local', 'show'))[0]
    .replace(/^\nGLOBAL FLAGS\n/, '')
    .trimEnd();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const section = sectionInReadme();
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(section, () => commandSection()),
  );
}
