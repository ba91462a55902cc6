import { sanitize } from './sanitize.js';

/** A line that says what is going on and vanishes when it is over. */
export interface Progress {
  update(text: string): void;
  /** Takes the line away while something else is written; during a pause that waits until it is over. */
  aside(write: () => void): void;
  /** Leaves the terminal to a question. @returns what takes it back */
  pause(): () => void;
  stop(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** @param visible false where nobody watches: then nothing is ever written. */
export function startProgress(text: string, stream: NodeJS.WriteStream, visible: boolean): Progress {
  if (!visible) return { update() {}, aside: (write) => write(), pause: () => () => {}, stop() {} };
  let now = text;
  let frame = 0;
  let waiting: (() => void)[] | undefined;
  const draw = (): void => {
    if (waiting !== undefined) return;
    const width = (stream.columns ?? 80) - 4;
    stream.write(`\r\x1b[K${FRAMES[frame % FRAMES.length] ?? ''} ${[...sanitize(now)].slice(0, width).join('')}`);
    frame += 1;
  };
  const clear = (): void => void stream.write('\r\x1b[K');
  const resume = (): void => {
    const late = waiting ?? [];
    waiting = undefined;
    for (const write of late) write();
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  draw();
  return {
    update(next) {
      now = next;
      draw();
    },
    aside(write) {
      if (waiting !== undefined) {
        waiting.push(write);
        return;
      }
      clear();
      write();
      draw();
    },
    pause() {
      clear();
      waiting ??= [];
      return resume;
    },
    stop() {
      clearInterval(timer);
      clear();
      resume();
    },
  };
}
