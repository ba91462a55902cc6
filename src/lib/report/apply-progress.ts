import type { UiMessage } from '../terraform/message.js';
import { addressText } from './resource-name.js';

interface Voice {
  /** A line that stays. */
  tell(text: string): void;
  /** What goes on right now. */
  update(text: string): void;
}

const DOING: Readonly<Record<string, string>> = { create: 'adding', update: 'changing', delete: 'destroying' };
const DONE: Readonly<Record<string, string>> = { create: 'added', update: 'changed', delete: 'destroyed' };

/**
 * Terraform's messages while it works, as a line that tells what is under way and one for each thing that is done. A
 * resource that is replaced is destroyed and added, so it counts twice.
 */
export class ApplyProgress {
  private readonly underWay = new Map<string, string>();
  private done = 0;

  constructor(
    private readonly total: number,
    private readonly voice: Voice,
  ) {}

  take(message: UiMessage): void {
    const { type, hook } = message;
    const address = hook?.resource?.addr;
    if (address === undefined) return;
    const action = hook?.action ?? '';
    const seconds = hook?.elapsed_seconds ?? 0;
    const what = addressText(address);
    if (type === 'apply_start') this.underWay.set(address, `${DOING[action] ?? action} ${what}`);
    else if (type === 'apply_progress') this.underWay.set(address, `${DOING[action] ?? action} ${what} (${seconds}s)`);
    else if (type === 'apply_complete') this.ended(address, `${DONE[action] ?? action} ${what}`, seconds);
    else if (type === 'apply_errored') this.ended(address, `failed: ${DOING[action] ?? action} ${what}`, seconds);
    else return;
    const now = [...this.underWay.values()];
    const others = now.length > 1 ? ` and ${now.length - 1} more` : '';
    this.voice.update(`${this.done} of ${this.total}: ${now[0] ?? 'finishing'}${others}`);
  }

  private ended(address: string, text: string, seconds: number): void {
    this.underWay.delete(address);
    this.done += 1;
    this.voice.tell(seconds > 0 ? `${text} (${seconds}s)` : text);
  }
}
