import { validationFailure } from './dynamodb-error.js';

/**
 * A DynamoDB number: `digits` × 10^`exponent`, exact. `digits` carries the sign and has no trailing zeros.
 * Up to 38 significant digits, magnitude 1E-130 to 9.99...E+125 (AWS: "Constraints in Amazon DynamoDB", data types).
 */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const MOST_DIGITS = 38;
const LARGEST_MAGNITUDE = 125;
const SMALLEST_MAGNITUDE = -130;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** @throws ValidationException when the text is no number or out of DynamoDB's range. */
export function parseDecimal(text: string): Decimal {
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') {
    throw validationFailure(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const digits = BigInt(whole + fraction) * (match[1] === '-' ? -1n : 1n);
  return checked(normalise(digits, Number(match[4] ?? 0) - fraction.length));
}

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  return checked(normalise(scaled(left, exponent) + scaled(right, exponent), exponent));
}

export function negate(decimal: Decimal): Decimal {
  return { digits: -decimal.digits, exponent: decimal.exponent };
}

export function compareDecimals(left: Decimal, right: Decimal): number {
  const exponent = Math.min(left.exponent, right.exponent);
  const difference = scaled(left, exponent) - scaled(right, exponent);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Plain digits, no exponent, as DynamoDB gives numbers back: `1E3` is `1000`, `1.50` is `1.5`. */
export function formatDecimal({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString();
  if (exponent >= 0) return sign + text + '0'.repeat(exponent);
  const padded = text.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** A text that sorts (by bytes) as the number does. */
export function sortableDecimal(decimal: Decimal): string {
  if (decimal.digits === 0n) return '1';
  const negative = decimal.digits < 0n;
  const digits = (negative ? -decimal.digits : decimal.digits).toString();
  const magnitude = String(digits.length + decimal.exponent + 500).padStart(3, '0');
  // A longer negative number is a smaller one: the complement turns the order round, `~` ends it above every digit.
  return negative ? `0${complement(magnitude + digits)}~` : `1${magnitude}${digits}`;
}

function complement(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

function scaled(decimal: Decimal, exponent: number): bigint {
  return decimal.digits * 10n ** BigInt(decimal.exponent - exponent);
}

function normalise(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return { digits, exponent: 0 };
  const text = digits.toString();
  const stripped = text.replace(/0+$/, '');
  return { digits: BigInt(stripped), exponent: exponent + text.length - stripped.length };
}

function checked(decimal: Decimal): Decimal {
  if (decimal.digits === 0n) return decimal;
  const length = decimal.digits.toString().replace('-', '').length;
  const magnitude = length + decimal.exponent - 1;
  if (length > MOST_DIGITS) {
    throw validationFailure('Attempting to store more than 38 significant digits in a Number');
  }
  if (magnitude > LARGEST_MAGNITUDE) {
    throw validationFailure('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < SMALLEST_MAGNITUDE) {
    throw validationFailure(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  return decimal;
}
