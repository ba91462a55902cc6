import type { Answer, Frame } from './frame.js';
import type { Effect, Json, Signal } from './protocol.js';

const EVALUATE = 'evaluate:';

/** What the frames have asked for, who waits for which answer, and the effects of the step that is being made. */
export class Requests {
  private readonly listening = new Map<string, Frame>();
  private effects: Effect[] = [];

  /** Asks for something without waiting for it in a frame. */
  add(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Asks for something that this frame waits for. */
  request(frame: Frame, effect: Effect): void {
    if (!this.listening.has(effect.key)) {
      frame.keys.push(effect.key);
    }
    this.listening.set(effect.key, frame);
    this.effects.push(effect);
  }

  /** Nobody waits for what the frame asked for any more; `answered` needs no cancelling. */
  release(frame: Frame, answered?: string): void {
    for (const key of frame.keys) {
      this.listening.delete(key);
      if (key !== answered) {
        this.effects.push({ kind: 'cancel', key });
      }
    }
    frame.keys = [];
  }

  listener(key: string): Frame | undefined {
    return this.listening.get(key);
  }

  /** The answer to an expression of this frame; the first time it is only asked for. */
  ask(frame: Frame, location: string, expression: string, bindings: () => Json): Answer | undefined {
    const key = `${EVALUATE}${frame.path}:${frame.last}:${location}`;
    const answer = frame.answers?.get(key);
    if (answer === undefined && !this.listening.has(key)) {
      this.request(frame, { kind: 'evaluate', key, expression, bindings: bindings() });
    }
    return answer;
  }

  /** Keeps an expression's answer; gives the frame that now has all it asked for. */
  hearAnswer({ key, kind: _, ...answer }: Extract<Signal, { kind: 'evaluated' }>): Frame | undefined {
    const frame = this.listening.get(key);
    if (frame === undefined || !key.startsWith(EVALUATE)) {
      return undefined;
    }
    this.listening.delete(key);
    frame.keys = frame.keys.filter((other) => other !== key);
    frame.answers ??= new Map();
    frame.answers.set(key, answer);
    return frame.keys.some((other) => other.startsWith(EVALUATE)) ? undefined : frame;
  }

  /** Hands the step's effects over. */
  take(): Effect[] {
    const taken = this.effects;
    this.effects = [];
    return taken;
  }
}
