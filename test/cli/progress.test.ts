import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { startProgress } from '../../src/lib/cli/progress.js';

function screen(): { stream: NodeJS.WriteStream; shown: () => string } {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns: 80 }) as unknown as NodeJS.WriteStream;
  return { stream, shown: () => String(stream.read() ?? '') };
}

const CLEAR = '\r\x1b[K';

test('lines are written above what goes on, never behind it', () => {
  const { stream, shown } = screen();
  const progress = startProgress('applying', stream, true);
  expect(shown()).toBe(`${CLEAR}⠋ applying`);
  progress.aside(() => stream.write('added topic ops\n'));
  expect(shown()).toBe(`${CLEAR}added topic ops\n${CLEAR}⠙ applying`);
  progress.stop();
  expect(shown()).toBe(CLEAR);
});

test('a question has the terminal to itself, and what was said meanwhile follows it', () => {
  const { stream, shown } = screen();
  const progress = startProgress('applying', stream, true);
  const resume = progress.pause();
  shown();
  progress.update('2 of 3');
  progress.aside(() => stream.write('added topic ops\n'));
  expect(shown()).toBe('');
  resume();
  expect(shown()).toBe('added topic ops\n');
  progress.pause();
  progress.aside(() => stream.write('last\n'));
  progress.stop();
  expect(shown()).toBe(`${CLEAR}${CLEAR}last\n`);
});

test('nothing is drawn where nobody watches', () => {
  const { stream, shown } = screen();
  const progress = startProgress('applying', stream, false);
  progress.aside(() => stream.write('added topic ops\n'));
  progress.pause()();
  progress.stop();
  expect(shown()).toBe('added topic ops\n');
});
