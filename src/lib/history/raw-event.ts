import type { HistoryEvent } from './event.js';
import { maskPersonalData } from './personal-data.js';

/** Members of event details that hold payloads. Errors and causes are none: functions keep personal data out of them. */
const PAYLOADS: ReadonlySet<string> = new Set([
  'input',
  'output',
  'parameters',
  'assignedVariables',
  'evaluatedArguments',
  'arguments',
]);
/** What tells that a payload was there, and only confuses without it. */
const ABOUT_PAYLOADS: ReadonlySet<string> = new Set(['inputDetails', 'outputDetails', 'assignedVariablesDetails']);

/**
 * An event as AWS gave it, fit to be shown: without its payloads, or with them and personal data masked.
 *
 * @param payloads `none`, `masked`, or `all` for those who asked for personal data
 */
export function shownEvent<E extends HistoryEvent>(
  event: E,
  payloads: 'none' | 'masked' | 'all',
): Record<string, unknown> {
  const entries = Object.entries(event)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, unknown] => [
      key,
      key.endsWith('EventDetails') && isObject(value) ? shownDetails(value, payloads) : value,
    ]);
  return Object.fromEntries(entries);
}

function shownDetails(details: Record<string, unknown>, payloads: 'none' | 'masked' | 'all'): Record<string, unknown> {
  if (payloads === 'all') return details;
  const entries = Object.entries(details)
    .filter(([key]) => payloads === 'masked' || !(PAYLOADS.has(key) || ABOUT_PAYLOADS.has(key)))
    .map(([key, value]): [string, unknown] => [key, maskPersonalData(value)]);
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
