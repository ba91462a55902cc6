import { quoted } from './filter-log-events.js';
import type { FunctionLine } from './function-line.js';

/** A function and where its lines go. */
export interface FunctionGroup {
  readonly functionName: string;
  readonly group: string;
}

/** Whose lines are wanted. */
export interface OrderScope {
  readonly executionArn: string;
  /** The execution's name: part of its ARN, and found in texts by itself. */
  readonly name: string;
  readonly orderId?: string;
  /** The machine's log group, where it logs and its lines are wanted. */
  readonly machineGroup?: string;
  readonly functions: readonly FunctionGroup[];
}

/** Longest filter pattern. AWS, FilterLogEvents. */
const LONGEST_PATTERN = 1_024;

const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;

/** The execution's events in the machine's log. */
export function machinePattern({ executionArn }: OrderScope): string {
  return `{ $.execution_arn = ${quoted(executionArn)} }`;
}

/**
 * Lines that name the execution or the order. The order's id stands as a JSON text (`"1001"`), or a short number would
 * bring in half the group; which of them are really meant is decided line by line, see `belongs`.
 */
export function identityPattern({ executionArn, name, orderId }: OrderScope): string {
  const terms = [executionArn, ...(isDistinctive(name) ? [name] : [])].map((term) => `?${quoted(term)}`);
  if (orderId !== undefined) terms.push(`?${quoted(JSON.stringify(orderId))}`);
  // Somebody may write it as a number.
  if (orderId !== undefined && /^[1-9][0-9]*$/u.test(orderId))
    terms.push(`?${quoted(`:${orderId}`)}`, `?${quoted(`: ${orderId}`)}`);
  const pattern = terms.join(' ');
  return pattern.length <= LONGEST_PATTERN ? pattern : `?${quoted(executionArn)}`;
}

/** Lines of these requests, in as many patterns as they need. */
export function requestPatterns(requestIds: Iterable<string>): string[] {
  const patterns: string[] = [];
  let pattern = '';
  for (const id of requestIds) {
    const term = `?${quoted(id)}`;
    if (pattern !== '' && pattern.length + 1 + term.length > LONGEST_PATTERN) {
      patterns.push(pattern);
      pattern = '';
    }
    pattern = pattern === '' ? term : `${pattern} ${term}`;
  }
  return pattern === '' ? patterns : [...patterns, pattern];
}

/**
 * Whether a function's line is about this execution: by its ARN; by the order's id, unless the line names another
 * execution (a further attempt has the same order); by the request.
 */
export function belongs(
  line: FunctionLine,
  message: string,
  scope: OrderScope,
  isOurs: (requestId: string) => boolean,
): boolean {
  if (line.executionArn !== undefined) return line.executionArn === scope.executionArn;
  if (line.requestId !== undefined && isOurs(line.requestId)) return true;
  if (message.includes(scope.executionArn)) return true;
  if (line.requestId === undefined && (message.match(UUIDS) ?? []).some(isOurs)) return true;
  if (line.orderId !== undefined) return line.orderId === scope.orderId;
  return isDistinctive(scope.name) && hasWord(message, scope.name);
}

/** A name such as `order-1001` means something wherever it stands; `1` or `test` does not. */
function isDistinctive(name: string): boolean {
  return name.length >= 8;
}

/** Not as a part of a longer name: `order-1001` does not stand in `order-1001-a2`. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\w-]/u.test(text.charAt(at - 1)) && !/[\w-]/u.test(text.charAt(at + word.length))) return true;
  }
  return false;
}
