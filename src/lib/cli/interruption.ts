import { EXIT_CODES } from './exit-codes.js';
import { Failure } from './failure.js';

let controller: AbortController | undefined;
let holder: SignalHolder | undefined;

/** Who deals with signals for a while; false: it does not want this one. */
export type SignalHolder = (exit: 'interrupted' | 'terminated') => boolean;

/**
 * From now on Ctrl-C ends with 130 and SIGTERM with 143, in place of death by signal, which shells report alike but
 * scripts that started us see differently.
 */
export function endOnSignals(): void {
  process.on('SIGINT', () => interrupt('interrupted', 'interrupted'));
  process.on('SIGTERM', () => interrupt('terminated', 'terminated'));
}

/** Aborted by the first signal, for work that wants to end in order. See OrdersCommand.interruption. */
export function watchForInterruption(): AbortSignal {
  controller ??= new AbortController();
  return controller.signal;
}

/**
 * Hands every signal to `holds` until the answer is called, a terminal that goes away among them: for work that a child
 * process does and that must not be left in the middle.
 */
export function holdSignals(holds: SignalHolder): () => void {
  const hangUp = (): void => interrupt('terminated', 'terminated');
  holder = holds;
  process.on('SIGHUP', hangUp);
  return () => {
    holder = undefined;
    process.off('SIGHUP', hangUp);
  };
}

function interrupt(exit: 'interrupted' | 'terminated', message: string): void {
  if (holder?.(exit) === true) return;
  if (controller !== undefined && !controller.signal.aborted) {
    controller.abort(new Failure(exit, message));
    return;
  }
  process.exit(EXIT_CODES[exit].code);
}
