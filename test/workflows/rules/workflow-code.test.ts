import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WORKFLOW_FOLDER } from './subject.js';
import { readWorkflowCode } from './workflow-code.js';

/* That the rules see what the source says, shown by changing a copy of it. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orders-code-'));
  for (const part of ['adapters', 'domain', 'functions', 'ports', 'steps']) {
    cpSync(join(WORKFLOW_FOLDER, part), join(folder, part), { recursive: true });
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function change(file: string, old: string, text: string): void {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(old)) throw new Error(`${file} does not contain ${old}`);
  writeFileSync(path, source.replace(old, text));
}

describe('an error that is thrown', () => {
  const IMPORT = "import { AuthorizationExpiredError } from '../../domain/errors.js';\n";

  it('in a step is one of the function that runs it, and of no other', () => {
    change(
      'steps/price-line-item.ts',
      'return priceLine',
      "if (!currency) throw new OutOfStockError('x'); return priceLine",
    );
    change('steps/price-line-item.ts', 'import', "import { OutOfStockError } from '../domain/errors.js';\nimport");
    const { thrown } = readWorkflowCode(folder);
    expect(thrown['process-line-item']).toContain('OutOfStockError');
    expect(thrown['aggregate-results']).not.toContain('OutOfStockError');
  });

  it('deep in an adapter is one of all functions that get there through the port', () => {
    const inner = 'async #stockOf(lines: readonly OrderLine[]): Promise<Map<string, StockRow>> {';
    change(
      'adapters/dynamodb/stock.ts',
      inner,
      `${inner} if (lines.length > 99) throw new AuthorizationExpiredError('x');`,
    );
    change('adapters/dynamodb/stock.ts', 'import', `${IMPORT}import`);
    const { thrown } = readWorkflowCode(folder);
    const where = Object.entries(thrown).filter(([, errors]) => errors.includes('AuthorizationExpiredError'));
    expect(where.map(([name]) => name).sort()).toEqual(['charge-payment capture', 'check-inventory', 'fulfill-order']);
  });

  it('no longer is found no longer', () => {
    change('steps/fulfill-order.ts', 'throw new FulfillmentRejectedError(', 'throw new Error(');
    expect(readWorkflowCode(folder).thrown['fulfill-order']).not.toContain('FulfillmentRejectedError');
  });

  it('goes by the name that a state machine sees', () => {
    change('domain/errors.ts', "name = 'OutOfStockError'", "name = 'SoldOutError'");
    expect(readWorkflowCode(folder).thrown['check-inventory']).toContain('SoldOutError');
  });
});

it('a field that an answer gains is seen, where it is declared', () => {
  change(
    'domain/order.ts',
    'export interface OrderIntake {',
    'export interface OrderIntake { readonly userId: string;',
  );
  change(
    'domain/order.ts',
    'export interface OrderLine {',
    'export interface OrderLine { readonly note: { readonly giftFor: string };',
  );
  const { returned } = readWorkflowCode(folder);
  expect(returned['validate-order']).toEqual(expect.arrayContaining(['userId', 'lines[].note.giftFor']));
  expect(returned['process-line-item']).toContain('note.giftFor');
});
