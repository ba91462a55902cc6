import { EXIT_CODES } from './exit-codes.js';
import { Failure } from './failure.js';

let controller: AbortController | undefined;

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

function interrupt(exit: 'interrupted' | 'terminated', message: string): void {
  if (controller !== undefined && !controller.signal.aborted) {
    controller.abort(new Failure(exit, message));
    return;
  }
  process.exit(EXIT_CODES[exit].code);
}
