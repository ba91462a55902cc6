import { Failure } from '../cli/failure.js';
import { compare, ONE, parseDecimal, ratio, times, ZERO, type Ratio } from './ratio.js';

/** More is no workload, and would not fit the whole numbers of JSON. */
const LARGEST_COUNT = 1_000_000_000_000_000n;

const SUFFIXES: Readonly<Record<string, bigint>> = { '': 1n, K: 1_000n, M: 1_000_000n, B: 1_000_000_000n };
// Digits alone, or in groups of three behind the first one: "1,5" is nobody's 15.
const COUNT = /^(\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:_\d{3})+)(\.\d+)?([kmb]?)$/iu;

/** "10000", "1,000,000", "10K", "1.5M", "2.5b" as a whole number. @param flag for the message, without dashes. @throws Failure (usage) */
export function parseCount(text: string, flag: string): bigint {
  const amount = decimalWithSuffix(text);
  if (amount === undefined) {
    throw new Failure('usage', `--${flag} ${shown(text)} is not a count`, {
      suggestions: ['write it like 10000, 1,000,000, 10K, 1.5M or 2.5B'],
    });
  }
  if (amount.d !== 1n) throw new Failure('usage', `--${flag} ${shown(text)} is not a whole number`);
  if (amount.n > LARGEST_COUNT) {
    throw new Failure('usage', `--${flag} ${shown(text)} is more than ${LARGEST_COUNT} (1,000,000B)`);
  }
  return amount.n;
}

/** A quantity that may have decimals, such as the GB-seconds used so far. @throws Failure (usage) */
export function parseQuantity(text: string, flag: string): Ratio {
  const amount = decimalWithSuffix(text);
  if (amount !== undefined) return amount;
  throw new Failure('usage', `--${flag} ${shown(text)} is not an amount`, {
    suggestions: ['write it like 3580000, 6250.5 or 3.6M'],
  });
}

/** US dollars. @throws Failure (usage) */
export function parseMoney(text: string, flag: string): Ratio {
  const amount = decimalWithSuffix(text.replace(/^\$/u, ''));
  if (amount !== undefined) return amount;
  throw new Failure('usage', `--${flag} ${shown(text)} is not an amount of US dollars`, {
    suggestions: ['write it like 300 or 299.50'],
  });
}

/** "2%" or "0.02", from 0 to 1. @throws Failure (usage) */
export function parseShare(text: string, flag: string): Ratio {
  const percent = text.endsWith('%');
  const amount = parseDecimal(percent ? text.slice(0, -1) : text);
  const share = amount === undefined ? undefined : times(amount, percent ? ratio(1, 100) : ONE);
  if (share !== undefined && compare(share, ZERO) >= 0 && compare(share, ONE) <= 0) return share;
  throw new Failure('usage', `--${flag} ${shown(text)} is not a share`, {
    suggestions: ['write it like 2% or 0.02, at most 100%'],
  });
}

const UNITS: Readonly<Record<string, bigint>> = { B: 1n, KB: 1_000n, MB: 1_000_000n };

/** "5KB", "800B", "1.5MB" in bytes; a KB is 1,000 of them, as a bill's GB is 10^9. @throws Failure (usage) */
export function parseSize(text: string, flag: string): Ratio {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(B|KB|MB)$/iu.exec(text) ?? [];
  const parsed = amount === undefined ? undefined : parseDecimal(amount);
  if (parsed !== undefined) return times(parsed, ratio(UNITS[unit.toUpperCase()] ?? 1n));
  throw new Failure('usage', `--${flag} ${shown(text)} is not a size`, {
    suggestions: [/^\d+$/u.test(text) ? `give the unit: ${text}B or ${text}KB` : 'write it like 800B or 5KB'],
  });
}

function decimalWithSuffix(text: string): Ratio | undefined {
  const [, whole, fraction = '', suffix = ''] = COUNT.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = parseDecimal(`${whole.replaceAll(/[,_]/gu, '')}${fraction}`);
  return digits === undefined ? undefined : times(digits, ratio(SUFFIXES[suffix.toUpperCase()] ?? 1n));
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
