import { sanitize } from './sanitize.js';

/** A line that says what is going on and vanishes when it is over. */
export interface Progress {
  update(text: string): void;
  stop(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** @param visible false where nobody watches: then nothing is ever written. */
export function startProgress(text: string, stream: NodeJS.WriteStream, visible: boolean): Progress {
  if (!visible) return { update() {}, stop() {} };
  let now = text;
  let frame = 0;
  const draw = (): void => {
    const width = (stream.columns ?? 80) - 4;
    stream.write(`\r\x1b[K${FRAMES[frame % FRAMES.length] ?? ''} ${[...sanitize(now)].slice(0, width).join('')}`);
    frame += 1;
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  draw();
  return {
    update(next) {
      now = next;
      draw();
    },
    stop() {
      clearInterval(timer);
      stream.write('\r\x1b[K');
    },
  };
}
