import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, runOrders } from '../support/run-orders.js';

/*
 * docs/json.md promises what --json prints. The commands of that page are run, and their answers reduced to field names and
 * types, which have to be what the page shows. After a change that is meant: UPDATE_DOCS=1 npx vitest run test/commands/json-shapes
 */
const PAGE = join(ROOT, 'docs', 'json.md');
const folder = mkdtempSync(join(tmpdir(), 'orders-shapes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The page's commands build on one another, as a reader would run them.
const shown: string[] = [];
const actual: string[] = [];
beforeAll(async () => {
  for (const { command, shape } of blocks(readFileSync(PAGE, 'utf8'))) {
    shown.push(`$ ${command}\n${shape}`);
    actual.push(`$ ${command}\n${await shapeOf(command)}`);
  }
  if (process.env['UPDATE_DOCS'] === '1') {
    let index = 0;
    writeFileSync(
      PAGE,
      readFileSync(PAGE, 'utf8').replace(BLOCK, () => `\`\`\`\n${actual[index++] ?? ''}\n\`\`\``),
    );
    shown.splice(0, shown.length, ...actual);
  }
}, 60_000);

test('every command prints the fields that docs/json.md promises', () => {
  expect(shown.length).toBeGreaterThan(8);
  expect(actual.join('\n\n')).toBe(shown.join('\n\n'));
});

async function shapeOf(command: string): Promise<string> {
  const words = command.replace(/^orders /, '').split(' ');
  const { stdout } = await runOrders(words, { folder, cwd: join(ROOT, 'workflows/order-processing/examples') });
  // A stream is one object a line; its shape is that of all of them.
  const documents = command.startsWith('orders logs') ? stdout.trimEnd().split('\n') : [stdout];
  const all = documents.flatMap((document) => [...fields(JSON.parse(document), '')]);
  const shape = documents.length > 1 ? all.sort() : all;
  return shape.filter((line, index) => shape.indexOf(line) === index).join('\n');
}

const BLOCK = /```\n\$ (orders .+)\n([^`]*?)\n?```/g;

function blocks(page: string): { command: string; shape: string }[] {
  return [...page.matchAll(BLOCK)].map(([, command = '', shape = '']) => ({ command, shape }));
}

/** `a.b[].c: type` for every leaf; what is keyed by data (event details, counts by status) stays closed. */
function* fields(value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    if (value.length === 0) yield `${path}[]`;
    const lines = new Set(value.flatMap((item) => [...fields(item, `${path}[]`)]));
    yield* [...lines].sort();
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, inner] of entries) {
      if (name.endsWith('EventDetails')) yield `${path}.<type>EventDetails: object`;
      else yield* fields(inner, path === '' ? name : `${path}.${name}`);
    }
  } else {
    yield `${path}: ${typeof value}`;
  }
}
