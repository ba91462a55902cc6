import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { LocalSnapshot, Row } from '../environment/environment.js';
import { moneyText } from '../ledger/money-text.js';
import type { Style } from './style.js';
import { timeText } from './time-text.js';

export interface Section {
  readonly title: string;
  /** Absent where there is nothing. */
  readonly table?: Table;
}

/** A column: its title, its cell, and whether numbers stand in it. */
interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly right?: true;
}

/** What the local environment holds, for people; all fields are in the answer of --json. */
export function snapshotSections(snapshot: LocalSnapshot, now: number, style: Style): readonly Section[] {
  const order = [plain('order', 'orderId'), number('attempt', 'attempt'), plain('status', 'status')];
  const updated = moment('updated', 'updatedAt', now, style);
  return [
    section('Orders', snapshot.orders, [...order, money('total', 'amount'), plain('shipment', 'shipmentId'), updated]),
    section('Payments', snapshot.payments, [
      ...order,
      money('amount', 'amount'),
      plain('intent', 'paymentIntentId'),
      updated,
    ]),
    section('Payment intents', snapshot.paymentIntents, [
      plain('intent', 'id'),
      ...order,
      money('amount', 'amount'),
      number('captures', 'captures'),
      money('captured', 'amountCaptured'),
      money('refunded', 'amountRefunded'),
    ]),
    section('Reservations', snapshot.reservations, [...order, { title: 'items', cell: items }, updated]),
    section('Stock', snapshot.inventory, [
      plain('product', 'sku'),
      plain('name', 'name'),
      number('on hand', 'onHand'),
      number('reserved', 'reserved'),
      money('price', 'price'),
    ]),
    section('Messages', snapshot.messages, [
      moment('published', 'publishedAt', now, style),
      plain('topic', 'topic'),
      plain('subject', 'subject'),
      { title: 'text', cell: messageText },
    ]),
    section('Queued', snapshot.queued, [
      moment('sent', 'sentAt', now, style),
      plain('queue', 'queue'),
      number('received', 'received'),
      plain('body', 'body'),
    ]),
  ];
}

function section(title: string, rows: readonly Row[], columns: readonly Column[]): Section {
  if (rows.length === 0) return { title };
  const table = {
    head: columns.map((column) => column.title),
    rows: rows.map((row) => columns.map((column) => sanitize(column.cell(row)))),
    right: columns.flatMap((column, index) => (column.right === true ? [index] : [])),
  };
  return { title, table };
}

function plain(title: string, key: string): Column {
  return { title, cell: (row) => text(row[key]) };
}

function number(title: string, key: string): Column {
  return { ...plain(title, key), right: true };
}

/** RFC 3339 texts and epoch milliseconds both occur. */
function moment(title: string, key: string, now: number, style: Style): Column {
  return {
    title,
    cell: (row) => {
      const value = row[key];
      return typeof value === 'string' || typeof value === 'number' ? timeText(new Date(value), now, style) : '';
    },
  };
}

/** Amounts are kept in the currency's smallest unit; how many digits that is differs (JPY: none). */
function money(title: string, key: string): Column {
  return {
    title,
    right: true,
    cell: (row) => {
      const { [key]: amount, currency } = row;
      if (typeof amount !== 'number' || typeof currency !== 'string') return '';
      return moneyText(amount, currency);
    },
  };
}

function items(row: Row): string {
  const lines = (row['lines'] ?? []) as readonly { readonly sku: string; readonly quantity: number }[];
  return lines.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ');
}

/** The sentence that the reader of a message gets; a message that has none is shown as it is. */
function messageText(row: Row): string {
  const message = text(row['message']);
  try {
    const parsed = JSON.parse(message) as { readonly text?: unknown };
    return typeof parsed.text === 'string' ? parsed.text : message;
  } catch {
    return message;
  }
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
