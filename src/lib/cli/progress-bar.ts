import { sanitize } from './sanitize.js';

/** How far long work has come, on the last line of a terminal. */
export interface ProgressBar {
  /** @param remark what happens just now, shown behind the figures */
  update(done: number, remark?: string): void;
  /** Takes the bar away while something else is written, so that lines do not run into it. */
  aside(write: () => void): void;
  stop(): void;
}

const HIDDEN: ProgressBar = {
  update() {},
  aside: (write) => write(),
  stop() {},
};

/** @param visible false where nobody watches: then nothing is ever written, and the library is not even loaded. */
export async function startProgressBar(
  total: number,
  what: string,
  stream: NodeJS.WriteStream,
  visible: boolean,
): Promise<ProgressBar> {
  if (!visible || total <= 0) return HIDDEN;
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    stream,
    format: `{bar} {value} of {total} ${what}, {eta_formatted} left {remark}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    etaBuffer: 200,
  });
  bar.start(total, 0, { remark: '' });
  let remark = '';
  return {
    update(done, said) {
      if (said !== undefined) remark = sanitize(said);
      bar.update(Math.min(done, total), { remark });
    },
    aside(write) {
      stream.write('\r\x1b[K');
      write();
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
