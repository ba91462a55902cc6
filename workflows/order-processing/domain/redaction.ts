const PATTERNS: readonly RegExp[] = [
  // Mail addresses.
  /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+\.[^\s@"'<>(),;:]+/g,
  // Keys of Stripe and AWS.
  /\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_]+/g,
  /\b(?:pi|seti)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  // Card and telephone numbers: nine digits or more, however grouped.
  /\+?\d(?:[ ().-]{0,2}\d){8,}/g,
];

/**
 * A text without what may identify a person or open a door.
 *
 * @param personal texts to blot out wherever they stand; those under three characters are left, they would hit words.
 */
export function redact(text: string, personal: readonly string[] = []): string {
  const blotted = personal
    // As it is, and as JSON writes it: with its quotes and line ends escaped.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= 3)
    .sort((left, right) => right.length - left.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return PATTERNS.reduce((rest, pattern) => rest.replace(pattern, '***'), blotted);
}

const NOT_PERSONAL = new Set(['orderId', 'userId', 'items', 'currency', 'paymentMethod', 'attempt']);

/** Every text in a customer's document that may be about the person: all but ids, SKUs and the payment method. */
export function personalTexts(document: unknown): string[] {
  const texts: string[] = [];
  const collect = (value: unknown, depth: number): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null && depth < 20) {
      for (const field of Object.values(value)) collect(field, depth + 1);
    }
  };
  if (typeof document !== 'object' || document === null) return texts;
  for (const [name, value] of Object.entries(document)) if (!NOT_PERSONAL.has(name)) collect(value, 0);
  return texts;
}
