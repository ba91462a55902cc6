import { isPersonal, maskJsonText, maskPersonalData } from '../history/personal-data.js';
import { redact } from '../../../workflows/order-processing/domain/redaction.js';

/** What looks like a number of a card or telephone and is none: ids, times, ARNs. */
const HARMLESS =
  /arn:aws[^\s"',]*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?|\b[0-9a-f]{16,}\b/gu;

/** Members whose texts are ids by agreement. */
const IDS = /(?:Id|_id|Arn|_arn|timestamp|time|state|level|function)$/u;

/**
 * A text that some program wrote, without mail addresses, keys and numbers of cards and telephones.
 *
 * @param known ids that stay, such as the order's
 */
export function maskText(text: string, known: readonly string[] = []): string {
  const keep = new RegExp(
    [
      HARMLESS.source,
      ...known.filter((id) => id !== '').map((id) => id.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')),
    ].join('|'),
    'gu',
  );
  let masked = '';
  let from = 0;
  for (const found of text.matchAll(keep)) {
    masked += redact(text.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return masked + redact(text.slice(from));
}

/** Fields of a JSON line: personal ones masked by their names, the texts of all others looked through. */
export function maskFields(
  fields: Readonly<Record<string, unknown>>,
  known: readonly string[] = [],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isPersonal(name) && value !== null ? '***' : maskValue(name, maskPersonalData(value), known),
    ]),
  );
}

function maskValue(name: string, value: unknown, known: readonly string[]): unknown {
  if (typeof value === 'string') return IDS.test(name) ? value : maskText(maskJsonText(value), known);
  if (Array.isArray(value)) return value.map((item) => maskValue(name, item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, maskValue(inner, item, known)]));
}
