const NUMBERED = /^(.*)#([1-9]\d*)$/s;

/**
 * The ledger's key of one attempt at an order: the order id itself, `id#N` from the second attempt on.
 * An id that ends in `#` and a number gets its suffix from the first attempt on, so that no two attempts share a key.
 */
export function orderKey(orderId: string, attempt: number): string {
  return attempt > 1 || NUMBERED.test(orderId) ? `${orderId}#${attempt}` : orderId;
}

/** The reverse of `orderKey`. */
export function parseOrderKey(key: string): { orderId: string; attempt: number } {
  const match = NUMBERED.exec(key);
  return match ? { orderId: match[1] ?? '', attempt: Number(match[2]) } : { orderId: key, attempt: 1 };
}
