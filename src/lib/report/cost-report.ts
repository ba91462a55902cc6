import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { Basis } from '../pricing/basis.js';
import type { Charge } from '../pricing/charge.js';
import type { Comparison, Cost } from '../pricing/cost.js';
import { shareFor } from '../pricing/estimate.js';
import type { Measured } from '../pricing/measure-orders.js';
import { compare, minus, ratio, shortText, ZERO, type Ratio } from '../pricing/ratio.js';
import { basisText, chargeText, noteText, ORIGINS, sourceText, STANDARD_ONLY } from './cost-words.js';
import { moneyText, priceText, quantityText, shortCount, smallMoneyText } from './money-text.js';
import type { Style } from './style.js';

/** "1,000,000 orders a month in us-east-1" */
export function costTitle({ workload, book }: Cost, { paint }: Style): string {
  const { executions } = workload;
  return paint(
    'bold',
    `${quantityText(ratio(executions))} ${executions === 1n ? 'order' : 'orders'} a month in ${book.region}`,
  );
}

/** Line by line, one column a type. */
export function costTable(cost: Cost, { paint }: Style): Table {
  const { standard, express, workload } = cost;
  const columns = [
    ...(standard === undefined ? [] : [{ title: 'Standard', estimate: standard }]),
    ...(express === undefined ? [] : [{ title: 'Express', estimate: express }]),
  ];
  const charges = columns.flatMap(({ estimate }) => estimate.charges);
  const keys = [...new Set(charges.map(keyOf))].sort((a, b) => rank(a, columns) - rank(b, columns));
  const cells = (of: (column: (typeof columns)[number]) => Ratio | undefined, text = moneyText): string[] =>
    columns.map((column) => {
      const amount = of(column);
      return amount === undefined ? '' : text(amount);
    });
  const rows = keys.flatMap((key) => {
    const charge = charges.find((one) => keyOf(one) === key);
    if (charge === undefined) return [];
    const amounts = cells(({ estimate }) => estimate.charges.find((one) => keyOf(one) === key)?.amount);
    return [[chargeText(charge), quantityText(charge.quantity), priceText(charge.price), ...amounts]];
  });
  const share = (orders: bigint): ((column: (typeof columns)[number]) => Ratio | undefined) => {
    return ({ estimate }) => shareFor(estimate.total, orders, workload.executions);
  };
  return {
    head: ['Item', 'Quantity', 'Price', ...columns.map(({ title }) => title)],
    rows: [
      ...rows,
      [paint('bold', 'a month'), '', '', ...cells(({ estimate }) => estimate.total).map((text) => paint('bold', text))],
      ['1,000 orders', '', '', ...cells(share(1_000n), smallMoneyText)],
      ['an order', '', '', ...cells(share(1n), smallMoneyText)],
    ],
    right: [1, 2, ...columns.map((_, index) => index + 3)],
  };
}

function keyOf({ item, tier, price }: Charge): string {
  return `${item} ${tier?.from.n ?? ''} ${price.n}/${price.d}`;
}

/** What only one type pays stands before what both pay. */
function rank(key: string, columns: readonly { readonly estimate: { readonly charges: readonly Charge[] } }[]): number {
  const paid = columns.filter(({ estimate }) => estimate.charges.some((charge) => keyOf(charge) === key)).length;
  return columns.length === 2 && paid === 2 ? 1 : 0;
}

/** Which type is cheaper, and from when on the other one would be. */
export function verdictLines(cost: Cost): string[] {
  const { standard, express, breakEven, breakEvenAtVolume, profile } = cost;
  if (standard === undefined || express === undefined || breakEven === undefined) return [];
  const saved = minus(standard.total, express.total);
  const lines =
    saved.n === 0n
      ? ['both cost the same']
      : [
          saved.n > 0n
            ? `Express is cheaper by ${moneyText(saved)} a month`
            : `Standard is cheaper by ${moneyText(minus(ZERO, saved))} a month`,
        ];
  const order = `${quantityText(profile.usage.transitions)} transitions, ${profile.memoryMb} MB`;
  const seconds = `${shortText(breakEven, 1)}s`;
  if (compare(breakEven, ratio(300)) > 0) {
    lines.push(`break-even ${seconds} (${order}), beyond the five minutes of Express`);
    return lines;
  }
  lines.push(`break-even ${seconds} (${order}): below it Express is cheaper`);
  if (breakEvenAtVolume !== undefined && Math.abs(breakEvenAtVolume / 1_000 - Number(shortText(breakEven, 1))) > 1) {
    const until = breakEvenAtVolume >= 300_000 ? 'for all of its five minutes' : `up to ${breakEvenAtVolume / 1_000}s`;
    lines.push(`with this month's tiers Express is cheaper ${until}`);
  }
  return lines;
}

/** What the numbers stand on: what is known first, then what is assumed with the flags that change it. */
export function basisLines(cost: Cost, measured: Measured | undefined, { screen }: Style): string[] {
  const { profile, book } = cost;
  // The title says these.
  const said = new Set(['executions', 'region']);
  // Express pays for no transition; with the rest of the bill items matter all the same.
  const unused = new Set(cost.standard === undefined ? ['transitions', 'countStart'] : []);
  const basis = cost.basis.filter(({ name, origin }) => !unused.has(name) && (!said.has(name) || origin === 'assumed'));
  const lines: string[] = [];
  if (measured !== undefined) lines.push(`counted  ${measuredText(measured)}`);
  const { paths } = profile;
  if (paths !== undefined && cost.standard !== undefined) {
    const [least, expected, worst] = [paths.least, paths.expected, paths.worst].map((count) => quantityText(count));
    lines.push(
      `paths    transitions by the definition: least ${least ?? ''}, expected ${expected ?? ''}, worst ${worst ?? ''}`,
    );
  }
  for (const origin of ['given', 'definition', 'measured', 'billed', 'formula', 'assumed'] as const) {
    const texts = basis.filter((one) => one.origin === origin).map(basisText);
    if (origin === 'formula' && texts.length > 0) texts.push(ORIGINS.formula);
    lines.push(...wrapped(LABELS[origin], texts, screen.width));
  }
  lines.push(`prices   ${sourceText(book)}`);
  for (const note of book.notes) lines.push(`         ${sanitize(noteText(note, book.region))}`);
  return lines;
}

/** Parts with commas between, broken where the line is full; what follows stands under what it follows. */
function wrapped(label: string, parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = label;
  parts.forEach((part, index) => {
    const piece = `${part}${index < parts.length - 1 ? ',' : ''}`;
    if (index > 0 && line.length + piece.length + 1 > width) {
      lines.push(line);
      line = ' '.repeat(label.length) + piece;
    } else line += index === 0 ? piece : ` ${piece}`;
  });
  return parts.length === 0 ? [] : [...lines, line];
}

const LABELS: Readonly<Record<Basis['origin'], string>> = {
  given: 'given    ',
  definition: 'known    ',
  measured: 'measured ',
  billed: 'billed   ',
  formula: 'computed ',
  assumed: 'assumed  ',
};

function measuredText({ count, transitions, redrives, more }: Measured): string {
  const executions = `${count} ${count === 1 ? 'execution' : 'executions'}, the newest${more ? ' of more (--limit)' : ''}`;
  const again = redrives === 0 ? '' : `, ${redrives} ${redrives === 1 ? 'redrive' : 'redrives'} among them`;
  return `${more ? executions : executions.replace(', the newest', '')}: ${transitions} transitions${again}`;
}

/** What a reader must not overlook. */
export function costWarnings(cost: Cost, measured: Measured | undefined): string[] {
  const warnings: string[] = [];
  const count = (number: number, what: string): string =>
    `${number} ${number === 1 ? 'execution' : 'executions'} ${what}`;
  if (measured !== undefined && measured.running > 0) {
    warnings.push(`${count(measured.running, 'still running')}: counted up to now`);
  }
  if (measured !== undefined && measured.incomplete > 0) {
    warnings.push(`${count(measured.incomplete, 'not fully in the log')}: counted too low`);
  }
  if (cost.express !== undefined) {
    if (measured !== undefined && measured.tooLong > 0) {
      warnings.push(
        `${count(measured.tooLong, 'longer than five minutes')}: as Express they would be cut off there, and are priced so`,
      );
    }
    for (const { state, reason } of cost.standardOnly) {
      warnings.push(`not possible as Express: ${sanitize(state)} ${STANDARD_ONLY[reason]}`);
    }
  }
  for (const type of cost.unpriced) {
    warnings.push(`no ${type} price is known for region ${cost.book.region}: --prices live asks AWS`);
  }
  if (cost.workload.order.nested.n > 0n && cost.workload.nestedTransitions === undefined) {
    warnings.push(
      'nested executions are billed by themselves and left out: --nested says how many transitions one has',
    );
  }
  return warnings;
}

/** What separates the types beside their price. */
export const DIFFERENCES: readonly string[] = [
  'Standard: up to a year, each state once, history for 90 days, redrive',
  'Express:  up to five minutes, at least once, history only as logs (--logs 5KB)',
  '          no redrive, callbacks, .sync jobs, activities or distributed Maps',
];

/** What a change of the definition costs. */
export function comparisonTable({ orders, before, after }: Comparison): Table {
  const name = (file: string | undefined): string => sanitize(file ?? 'shipped definition');
  const money = (amount: Ratio | undefined): string => (amount === undefined ? '' : moneyText(amount));
  const change = (from: Ratio | undefined, to: Ratio | undefined): string => {
    if (from === undefined || to === undefined) return '';
    const difference = minus(to, from);
    return difference.n > 0n ? `+${moneyText(difference)}` : moneyText(difference);
  };
  const moved = minus(after.transitions, before.transitions);
  const transitions = `${moved.n > 0n ? '+' : ''}${shortText(moved, 2)}`;
  return {
    head: [`${shortCount(ratio(orders))} orders`, 'Transitions', 'Memory', 'Standard', 'Express'],
    rows: [
      [
        name(before.file),
        quantityText(before.transitions),
        `${before.memoryMb}MB`,
        money(before.standard),
        money(before.express),
      ],
      [
        name(after.file),
        quantityText(after.transitions),
        `${after.memoryMb}MB`,
        money(after.standard),
        money(after.express),
      ],
      ['change', transitions, '', change(before.standard, after.standard), change(before.express, after.express)],
    ],
    right: [1, 2, 3, 4],
  };
}
