import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../src/lib/cli/command-line.js';
import { editDistance, nearest } from '../../src/lib/cli/nearest.js';

const IDS = ['start', 'status', 'local:show'];

describe('which command argv names', () => {
  test.each([
    ['start --file x', 'start', ['--file', 'x']],
    ['local show o-1', 'local:show', ['o-1']],
    ['--env prod status o-1', 'status', ['--env', 'prod', 'o-1']],
    ['-e prod --json status', 'status', ['-e', 'prod', '--json']],
    ['--region=eu-west-1 local show', 'local:show', ['--region=eu-west-1']],
    ['local', undefined, ['local']],
    ['strat', undefined, ['strat']],
    ['', undefined, []],
    ['--env', undefined, []],
  ])('%s', (line, id, rest) => {
    expect(readCommandLine(line.split(' ').filter(Boolean), IDS)).toMatchObject({ id, rest });
  });

  test('flags after -- are arguments', () => {
    expect(readCommandLine(['status', '--', '--json', '--help'], IDS)).toMatchObject({
      wantsHelp: false,
      wantsJson: false,
    });
    expect(readCommandLine(['status', '--json', '-h'], IDS)).toMatchObject({ wantsHelp: true, wantsJson: true });
  });
});

describe('the nearest name', () => {
  test.each([
    ['strat', 'start'],
    ['statsu', 'status'],
    ['redirve', 'redrive'],
    ['hist', 'history'],
    ['STATUS', 'status'],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, ['start', 'status', 'history', 'list', 'stop', 'redrive'])).toBe(meant);
  });

  test('something else entirely means nothing', () => {
    expect(nearest('kubernetes', ['start', 'status'])).toBeUndefined();
    expect(nearest('', ['start'])).toBeUndefined();
  });

  test('a swap of neighbours is one step', () => {
    expect(editDistance('strat', 'start')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
