/**
 * An exact number: `n / d` in lowest terms with `d` above 0. Money and quantities are kept as these and become text once,
 * when they are shown; binary fractions would already miss a tenth of a cent ((3000 * 0.000025).toFixed(2) is 0.07).
 */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Ratio = { n: 0n, d: 1n };
export const ONE: Ratio = { n: 1n, d: 1n };

/** @param d not 0 */
export function ratio(n: bigint | number, d: bigint | number = 1n): Ratio {
  const above = BigInt(n);
  const below = BigInt(d);
  const divisor = greatestCommonDivisor(above < 0n ? -above : above, below < 0n ? -below : below) || 1n;
  const sign = below < 0n ? -1n : 1n;
  return { n: (sign * above) / divisor, d: (sign * below) / divisor };
}

export function plus(...terms: readonly Ratio[]): Ratio {
  return terms.reduce((a, b) => (a.d === b.d ? ratio(a.n + b.n, a.d) : ratio(a.n * b.d + b.n * a.d, a.d * b.d)), ZERO);
}

export function minus(a: Ratio, b: Ratio): Ratio {
  return plus(a, { n: -b.n, d: b.d });
}

export function times(a: Ratio, b: Ratio): Ratio {
  return ratio(a.n * b.n, a.d * b.d);
}

/** @param b not 0 */
export function over(a: Ratio, b: Ratio): Ratio {
  return ratio(a.n * b.d, a.d * b.n);
}

/** Below 0, 0 or above 0, as sort wants it. */
export function compare(a: Ratio, b: Ratio): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function smaller(a: Ratio, b: Ratio): Ratio {
  return compare(a, b) <= 0 ? a : b;
}

export function larger(a: Ratio, b: Ratio): Ratio {
  return compare(a, b) >= 0 ? a : b;
}

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/u;

/** "0.00001667", "-3", "12.50". @returns undefined for anything else: no exponents, no white space */
export function parseDecimal(text: string): Ratio | undefined {
  const [, sign, whole, fraction = ''] = PLAIN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return ratio(BigInt(`${sign}${whole}${fraction}`), 10n ** BigInt(fraction.length));
}

/** Half away from 0, to so many decimals. */
export function rounded(value: Ratio, decimals: number): Ratio {
  const scale = 10n ** BigInt(decimals);
  const scaled = 2n * (value.n < 0n ? -value.n : value.n) * scale + value.d;
  const units = scaled / (2n * value.d);
  return ratio(value.n < 0n ? -units : units, scale);
}

/** Rounded, with exactly so many decimals: `fixedText(1/8, 2)` is "0.13". */
export function fixedText(value: Ratio, decimals: number): string {
  const { n, d } = rounded(value, decimals);
  const digits = String(((n < 0n ? -n : n) * 10n ** BigInt(decimals)) / d).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = n < 0n ? '-' : '';
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}

/**
 * The exact decimal, without zeros at its end: "2.5", "250", "0".
 * @throws RangeError for a number that has none, such as 1/3
 */
export function exactText(value: Ratio): string {
  let decimals = 0;
  let rest = value.d;
  for (; rest % 10n === 0n; rest /= 10n) decimals += 1;
  for (; rest % 2n === 0n; rest /= 2n) decimals += 1;
  for (; rest % 5n === 0n; rest /= 5n) decimals += 1;
  if (rest !== 1n) throw new RangeError(`${value.n}/${value.d} is no decimal`);
  return shortText(value, decimals);
}

/** Rounded to so many decimals, without zeros at its end. */
export function shortText(value: Ratio, decimals: number): string {
  const text = fixedText(value, decimals);
  return text.includes('.') ? text.replace(/\.?0+$/u, '') : text;
}

/** The nearest float: for a chart and for quantities in JSON, never for money. */
export function toNumber(value: Ratio): number {
  const direct = Number(value.n) / Number(value.d);
  return Number.isSafeInteger(Number(value.n)) && Number.isSafeInteger(Number(value.d))
    ? direct
    : Number(shortText(value, 18));
}

/** The whole number at or above. */
export function ceiling(value: Ratio): bigint {
  const whole = value.n / value.d;
  return value.n > 0n && whole * value.d !== value.n ? whole + 1n : whole;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
