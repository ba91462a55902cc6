import type { OrderFault } from './parse-order.js';

const MOST = 20;

/** All faults in one line, the first twenty of them word for word. */
export function mergedFaults(faults: readonly OrderFault[]): string {
  const texts = faults.slice(0, MOST).map((fault) => `${fault.path} ${fault.message}`);
  return faults.length > MOST ? `${texts.join('; ')}; and ${faults.length - MOST} more` : texts.join('; ');
}
