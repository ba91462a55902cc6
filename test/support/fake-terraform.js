#!/usr/bin/env node
/*
 * Stands in for Terraform: prints what FAKE_TERRAFORM says for each command, and writes down how it was called. The script
 * is a JSON file: { version?, commands: { <command>: { code?, file?, lines?, text?, stderr?, hangs?, stubborn?, after? } } }, where
 * `file` is a recording, `lines` are JSON messages, `hangs` waits for an interrupt and then prints `after` and exits 1. A
 * command the script does not have is a fault: exit 99.
 */
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers';

const script = JSON.parse(readFileSync(process.env.FAKE_TERRAFORM, 'utf8'));
const [first, ...others] = process.argv.slice(2);
const chdir = first?.startsWith('-chdir=') ? first.slice(7) : undefined;
const [command, ...args] = chdir === undefined ? [first, ...others] : others;

const file = args.find((arg) => arg.startsWith('-out='))?.slice(5);
const plan = file ?? (command === 'apply' ? args.at(-1) : undefined);
const kept = /^(TF_|AWS_|CHECKPOINT|HTTPS_PROXY)/;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));
if (command !== 'version') {
  const module = chdir === undefined ? {} : inspect(chdir);
  const modes = plan !== undefined && existsSync(plan) ? { plan: mode(plan), folder: mode(dirname(plan)) } : {};
  appendFileSync(
    process.env.FAKE_TERRAFORM + '.calls',
    JSON.stringify({ command, args, env, chdir, module, modes }) + '\n',
  );
}
if (file !== undefined) writeFileSync(file, 'a plan, with the state in it');

if (command === 'version') {
  process.stdout.write(JSON.stringify({ terraform_version: script.version ?? '1.11.4', platform: 'any' }));
} else {
  play(script.commands[command]);
}

function play(turn) {
  if (turn === undefined) {
    process.stderr.write(`the script has no ${command}\n`);
    process.exit(99);
  }
  process.stderr.write(turn.stderr ?? '');
  if (turn.hangs) hang(turn);
  print(turn);
  if (!turn.hangs) process.exit(turn.code ?? 0);
}

/** Until it is interrupted; a stubborn one says that it was, and goes on until the second time. */
function hang(turn) {
  let interrupts = 0;
  process.on('SIGINT', () => {
    interrupts += 1;
    appendFileSync(process.env.FAKE_TERRAFORM + '.interrupts', `${interrupts}\n`);
    if (turn.stubborn && interrupts === 1) return print({ lines: turn.stubborn });
    print({ lines: turn.after ?? [] });
    writeFileSync(join(chdir, '..', 'terraform.tfstate'), '{"version":4,"resources":[{}]}');
    process.exit(1);
  });
  setInterval(() => {}, 1000);
}

function print({ file, lines = [], text = '' }) {
  const recorded = file === undefined ? '' : readFileSync(file, 'utf8');
  process.stdout.write(recorded + lines.map((line) => JSON.stringify(line) + '\n').join('') + text);
}

function mode(path) {
  return (statSync(path).mode & 0o777).toString(8);
}

function inspect(folder) {
  const backend = join(folder, 'backend_override.tf.json');
  return existsSync(backend) ? { backend: JSON.parse(readFileSync(backend, 'utf8')) } : {};
}
