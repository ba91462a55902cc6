/**
 * "24.50 USD". @param minorUnits as Stripe counts: cents, yen. @param currency three letters; anything else is printed as it
 * is, beside the minor units.
 */
export function moneyText(minorUnits: number, currency: string): string {
  if (!/^[a-z]{3}$/iu.test(currency)) return `${minorUnits} ${currency}`;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return `${(minorUnits / 10 ** digits).toFixed(digits)} ${currency.toUpperCase()}`;
}
