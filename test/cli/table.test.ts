import { describe, expect, test } from 'vitest';
import { fitWidths, renderTable } from '../../src/lib/cli/table.js';

const table = {
  head: ['state', 'attempts'],
  rows: [
    ['ValidateOrder', '1'],
    ['ChargePayment', '12'],
  ],
  right: [1],
};

describe('tables', () => {
  test('a pipe gets plain columns at full width', async () => {
    const long = 'x'.repeat(300);
    expect(await renderTable(table, { terminal: false, width: Infinity })).toBe(
      ['state          attempts', 'ValidateOrder         1', 'ChargePayment        12', ''].join('\n'),
    );
    expect(await renderTable({ head: ['id'], rows: [[long]] }, { terminal: false, width: Infinity })).toContain(long);
  });

  test('wide characters and colours count as they show', async () => {
    const rows = [
      ['漢字', '1'],
      ['\x1b[31mab\x1b[39m', '2'],
    ];
    expect(await renderTable({ head: ['n', 'v'], rows }, { terminal: false, width: Infinity })).toBe(
      'n     v\n漢字  1\n\x1b[31mab\x1b[39m    2\n',
    );
  });

  test.each([200, 80, 40, 24])('a terminal of %i columns is not exceeded, and no character is lost', async (width) => {
    const id = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
    const drawn = await renderTable(
      { head: ['id', 'note'], rows: [[id, 'of no interest at all']] },
      { terminal: true, width },
    );
    const lines = drawn.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    const firstColumn = lines.map((line) => line.split('│')[1]?.trim() ?? '').join('');
    expect(firstColumn).toContain(id);
    expect(drawn).not.toContain('\x1b');
  });

  test('colours take no room, and a cell keeps the spaces it begins with', async () => {
    const rows = [['  Inner', '\x1b[32m✔ succeeded\x1b[39m']];
    const drawn = await renderTable({ head: ['state', 'result'], rows }, { terminal: true, width: 80 });
    expect(drawn).toContain('│   Inner │ \x1b[32m✔ succeeded\x1b[39m │');
  });

  test('the widest column gives way first, none below three characters', () => {
    expect(fitWidths([4, 30, 4], 40)).toEqual([6, 24, 6]);
    expect(fitWidths([30, 30], 10)).toEqual([5, 5]);
    expect(fitWidths([30, 8, 4], 30, [6, 8, 4])).toEqual([10, 10, 6]);
  });
});
