import type { StopWish, StopWishes } from './process.js';

/** How somebody at a terminal is spoken to. */
export interface Voice {
  tell(text: string): void;
  /** Whether Terraform is to be ended by force; absent where nobody can be asked. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/**
 * Turns signals into wishes:
 *
 *     first     in order: Terraform gets its one SIGINT, ends what is under way and saves its state
 *     second    asks whether to end it by force; without a terminal it says that one more does
 *     third     by force
 */
export class StopRequests {
  private count = 0;
  private asking = false;
  private readonly listeners = new Set<(wish: StopWish) => void>();

  constructor(private readonly voice: Voice) {}

  readonly wishes: StopWishes = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** @returns false while no Terraform runs: then a signal may end us at once */
  handle(exit: StopWish['exit']): boolean {
    if (this.listeners.size === 0) return false;
    this.count += 1;
    if (this.count === 1) {
      this.voice.tell('stopping: Terraform ends what is under way and saves its state, which can take some minutes');
      this.wish({ how: 'in-order', exit });
    } else if (this.voice.ask !== undefined) {
      void this.askOnce(this.voice.ask, exit);
    } else if (this.count === 2) {
      this.voice.tell('Terraform is still stopping; one more signal ends it by force, and its state may be lost');
    } else {
      this.wish({ how: 'by-force', exit });
    }
    return true;
  }

  private async askOnce(ask: NonNullable<Voice['ask']>, exit: StopWish['exit']): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const force = await ask('Terraform still saves its state. End it by force, and lose track of what it made?');
      if (force) this.wish({ how: 'by-force', exit });
    } finally {
      this.asking = false;
    }
  }

  private wish(wish: StopWish): void {
    for (const listener of this.listeners) listener(wish);
  }
}
