import { misspelt } from './misspelling.js';
import { ORDER_LIMITS, type Order } from './order.js';

export interface OrderFault {
  /** Where, as a JSON path: `$.items[2].quantity`. */
  readonly path: string;
  /** What is wrong, to be read after the path. Never quotes a field that may be personal. */
  readonly message: string;
}

export type ParsedOrder =
  { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly faults: readonly OrderFault[] };

export type ParsedExecutionInput =
  | { readonly ok: true; readonly order: Order; readonly attempt: number }
  | { readonly ok: false; readonly faults: readonly OrderFault[] };

type Fields = Readonly<Record<string, unknown>>;
type Report = (path: string, message: string) => void;

const KNOWN_FIELDS = ['orderId', 'userId', 'items', 'shippingAddress', 'currency', 'paymentMethod'];
const KNOWN_ITEM_FIELDS = ['productId', 'quantity'];
const CONTROL_CHARACTER = /\p{Cc}|\p{Surrogate}|[\u2028\u2029]/u;

/**
 * Reads a customer's document and names every fault at once.
 *
 * Unknown fields are kept (a shop's document may carry more than the workflow needs) unless they look like a known one
 * written wrongly: `paymentMetod` would otherwise charge the wrong card without a word. `attempt` does not belong into
 * the document: it is added to the execution's input by whoever starts it.
 */
export function parseOrder(value: unknown): ParsedOrder {
  if (!isFields(value))
    return { ok: false, faults: [{ path: '$', message: `must be a JSON object, got ${kindOf(value)}` }] };
  const faults: OrderFault[] = [];
  const report: Report = (path, message) => faults.push({ path, message });

  checkText(report, '$.orderId', value['orderId'], 'the id of the order', ORDER_LIMITS.orderIdLength, true);
  checkText(report, '$.userId', value['userId'], 'the id of the customer', ORDER_LIMITS.userIdLength, false);
  checkItems(report, value['items']);
  checkAddress(report, value['shippingAddress']);
  checkCurrency(report, value['currency']);
  checkPaymentMethod(report, value['paymentMethod']);
  if ('attempt' in value) report('$.attempt', 'is not part of the order; name the attempt when you start it');
  checkSpelling(report, '$', value, KNOWN_FIELDS);

  if (faults.length > 0) return { ok: false, faults };
  // Every field of Order has been checked above.
  const order = value as unknown as Order;
  return {
    ok: true,
    order: order.currency === undefined ? order : { ...order, currency: order.currency.toLowerCase() },
  };
}

/** Reads the input of an execution: the customer's document, and beside its fields perhaps `attempt` (1 without it). */
export function parseExecutionInput(value: unknown): ParsedExecutionInput {
  if (!isFields(value) || !('attempt' in value)) {
    const parsed = parseOrder(value);
    return parsed.ok ? { ...parsed, attempt: 1 } : parsed;
  }
  const { attempt, ...document } = value;
  const parsed = parseOrder(document);
  if (isWholeNumber(attempt, 1, ORDER_LIMITS.attempt)) return parsed.ok ? { ...parsed, attempt } : parsed;
  const fault = {
    path: '$.attempt',
    message: `must be a whole number from 1 to ${ORDER_LIMITS.attempt}, got ${shown(attempt)}`,
  };
  return { ok: false, faults: [...(parsed.ok ? [] : parsed.faults), fault] };
}

function checkText(
  report: Report,
  path: string,
  value: unknown,
  what: string,
  longest: number,
  quotable: boolean,
): void {
  if (value === undefined) report(path, `is missing: ${what}`);
  else if (typeof value !== 'string') report(path, `must be text (${what}), got ${kindOf(value)}`);
  else if (value.trim() === '') report(path, `is empty: ${what}`);
  else if (value.length > longest) report(path, `must have at most ${longest} characters, got ${value.length}`);
  else if (CONTROL_CHARACTER.test(value))
    report(path, `must not hold control characters${quotable ? `, got ${shown(value)}` : ''}`);
}

function checkItems(report: Report, items: unknown): void {
  if (items === undefined) return report('$.items', 'is missing: an order has at least one item');
  if (!Array.isArray(items)) return report('$.items', `must be a list of items, got ${kindOf(items)}`);
  if (items.length === 0) report('$.items', 'is empty: an order has at least one item');
  if (items.length > ORDER_LIMITS.items) {
    report('$.items', `must have at most ${ORDER_LIMITS.items} items, got ${items.length}; split the order`);
  }
  items.slice(0, ORDER_LIMITS.items).forEach((item: unknown, index) => checkItem(report, `$.items[${index}]`, item));
}

function checkItem(report: Report, path: string, item: unknown): void {
  if (!isFields(item)) return report(path, `must be an object with productId and quantity, got ${kindOf(item)}`);
  checkText(report, `${path}.productId`, item['productId'], 'the product to order', ORDER_LIMITS.productIdLength, true);
  const quantity = item['quantity'];
  if (quantity === undefined) report(`${path}.quantity`, 'is missing: how many pieces');
  else if (!isWholeNumber(quantity, 1, ORDER_LIMITS.quantity)) {
    report(`${path}.quantity`, `must be a whole number from 1 to ${ORDER_LIMITS.quantity}, got ${shown(quantity)}`);
  }
  checkSpelling(report, path, item, KNOWN_ITEM_FIELDS);
}

/** Only the country counts here; the rest of an address is the carrier's business. Values are personal: never quoted. */
function checkAddress(report: Report, address: unknown): void {
  if (address === undefined) return report('$.shippingAddress', 'is missing: where the goods go');
  if (!isFields(address))
    return report('$.shippingAddress', `must be an object with a country, got ${kindOf(address)}`);
  checkText(report, '$.shippingAddress.country', address['country'], 'the country the goods go to', 100, false);
}

function checkCurrency(report: Report, currency: unknown): void {
  if (currency === undefined) return;
  if (typeof currency !== 'string' || !/^[A-Za-z]{3}$/.test(currency)) {
    report('$.currency', `must be an ISO currency of three letters such as "usd", got ${shown(currency)}`);
  }
}

function checkPaymentMethod(report: Report, method: unknown): void {
  if (method === undefined) return;
  if (typeof method !== 'string' || !/^[A-Za-z0-9_]{1,255}$/.test(method)) {
    report('$.paymentMethod', `must be the id of a Stripe payment method such as "pm_card_visa", got ${shown(method)}`);
  }
}

function checkSpelling(report: Report, path: string, fields: Fields, known: readonly string[]): void {
  const absent = known.filter((name) => !(name in fields));
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    const meant = misspelt(name, absent);
    if (meant !== undefined) report(path, `has an unknown field ${shown(name)}; did you mean "${meant}"?`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWholeNumber(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** A value on one line, short, without characters that could move a terminal's cursor. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return kindOf(value);
  const text = JSON.stringify(value) ?? String(value);
  const escaped = text.replace(
    /[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length <= 60 ? escaped : `${escaped.slice(0, 57)}...`;
}
