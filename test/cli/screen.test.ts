import { describe, expect, test } from 'vitest';
import { paintFor, screenOf } from '../../src/lib/cli/screen.js';

const terminal = { isTTY: true, columns: 120 };
const pipe = {};

describe('what a stream can show', () => {
  test.each([
    ['terminal', terminal, {}, { terminal: true, width: 120, colour: true, symbols: true }],
    [
      'a terminal that does not know its size',
      { isTTY: true, columns: 0 },
      {},
      { terminal: true, width: 80, colour: true, symbols: true },
    ],
    ['pipe', pipe, {}, { terminal: false, width: Infinity, colour: false, symbols: false }],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, { terminal: true, width: 120, colour: false, symbols: true }],
    ['empty NO_COLOR', terminal, { NO_COLOR: '' }, { terminal: true, width: 120, colour: true, symbols: true }],
    [
      'FORCE_COLOR in a pipe',
      pipe,
      { FORCE_COLOR: '1' },
      { terminal: false, width: Infinity, colour: true, symbols: false },
    ],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, { terminal: true, width: 120, colour: false, symbols: true }],
    [
      'NO_COLOR against FORCE_COLOR',
      terminal,
      { NO_COLOR: '1', FORCE_COLOR: '1' },
      { terminal: true, width: 120, colour: false, symbols: true },
    ],
    ['TERM=dumb', terminal, { TERM: 'dumb' }, { terminal: false, width: 120, colour: false, symbols: false }],
  ])('%s', (_name, stream, env, screen) => {
    expect(screenOf(stream, env)).toEqual(screen);
  });

  test('colours surround a text only where they are wanted', () => {
    expect(paintFor({ colour: true })('red', 'FAILED')).toBe('\x1b[31mFAILED\x1b[39m');
    expect(paintFor({ colour: false })('red', 'FAILED')).toBe('FAILED');
  });
});
