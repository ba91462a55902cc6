import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { describe, expect, it } from 'vitest';
import { statesOf, type Machine, type Retrier, type State } from './rules/machine.js';
import { readWorkflow, renderMachine, ROOT } from './rules/subject.js';

/* docs/workflow.md is for people; what it says of the definition is compared with the definition here. */

const FILE = join(ROOT, 'docs/workflow.md');
const PAGE = readFileSync(FILE, 'utf8');
const WORKFLOW = readWorkflow();
const STANDARD = renderMachine(WORKFLOW, 'STANDARD');
const EXPRESS = renderMachine(WORKFLOW, 'EXPRESS');
const STATES = new Map(statesOf(STANDARD));
const EXPRESS_STATES = new Map(statesOf(EXPRESS));

const [FLOW = ''] = pictures('flowchart TD');

/** What stands in the page's drawings of this kind, in their order. */
function pictures(kind: string): string[] {
  return [...PAGE.matchAll(/```mermaid\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
    text.startsWith(kind) ? [text] : [],
  );
}

/** The rows of the first table after this heading, each as its cells. */
function table(after: string): string[][] {
  const [, rest = ''] = PAGE.split(after);
  const rows = /(?:^\|.*\n)+/m.exec(rest)?.[0] ?? '';
  return rows
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** `from ... to`, in front of it how: `-->` the way on, `-.->` the way of these caught errors. */
function arrows(states: Readonly<Record<string, State>>): string[] {
  return Object.entries(states).flatMap(([from, state]) => {
    const on = [state.Next, state.Default, ...(state.Choices ?? []).map((rule) => rule.Next)];
    const caught = (state.Catch ?? []).map(({ ErrorEquals, Next }) => {
      const errors = ErrorEquals.map((name) => (name === 'States.ALL' ? 'any error' : name));
      return `-.-> ${from} ${Next} ${errors.join(', ')}`;
    });
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor === undefined ? [] : [state.ItemProcessor])];
    return [
      ...on.flatMap((to) => (to === undefined ? [] : [`--> ${from} ${to}`])),
      ...caught,
      ...inner.flatMap((machine) => arrows(machine.States)),
    ];
  });
}

function drawnArrows(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const found = /^ *(\w+)(?:\(\[[^)]*\]\))? (?:(-->)|-- .+ -->|-\. (.+) \.->) (\w+)/.exec(line);
    if (found === null) return [];
    const [, from = '', , errors, to = ''] = found;
    return [errors === undefined ? `--> ${from} ${to}` : `-.-> ${from} ${to} ${errors}`];
  });
}

describe('the picture of the workflow', () => {
  it('has every arrow of the definition, and no other', () => {
    expect(drawnArrows(FLOW).sort()).toEqual([`--> order ${STANDARD.StartAt}`, ...arrows(STANDARD.States)].sort());
  });

  it('shows every state, inside the Map or Parallel that it is in', () => {
    const drawn = (text: string): string[] => [...new Set(text.match(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g))];
    const named = drawn(FLOW).filter((name) => !name.endsWith('Error'));
    expect(named.sort()).toEqual([...STATES.keys()].sort());
    for (const [, name = '', inside = ''] of FLOW.matchAll(/subgraph (\w+) [^\n]*\n([\s\S]*?)\n {2}end/g)) {
      const state = STATES.get(name);
      const inner: Machine[] = [...(state?.Branches ?? []), ...(state?.ItemProcessor ? [state.ItemProcessor] : [])];
      const states = inner.flatMap((machine) => Object.keys(machine.States));
      expect(
        drawn(inside)
          .filter((word) => !word.endsWith('Error'))
          .sort(),
      ).toEqual(states.sort());
    }
    expect(FLOW.match(/subgraph/g)).toHaveLength([...STATES.values()].filter(hasStates).length);
  });

  it('draws the Choice as one, and the ends by their kinds', () => {
    for (const [name, { Type }] of STATES) {
      expect(FLOW.includes(`${name}{`)).toBe(Type === 'Choice');
      expect(FLOW.includes(`${name}([${name}: ${Type}])`)).toBe(Type === 'Succeed' || Type === 'Fail');
    }
  });
});

function hasStates(state: State): boolean {
  return state.Branches !== undefined || state.ItemProcessor !== undefined;
}

describe('the table of the states', () => {
  const seconds = (standard: number | undefined, express: number | undefined): string =>
    standard === undefined ? '' : `${standard} s / ${express} s`;

  it('has every state with its type, function and time-outs', () => {
    const rows = table('## The states').map(([name, type, , called, timeout]) => [name, type, called, timeout]);
    const expected = [...STATES].map(([name, state]) => {
      const arn = state.Parameters?.['FunctionName'];
      const called = typeof arn === 'string' ? (arn.split(':').at(-2) ?? '') : '';
      const settings = WORKFLOW.functions[called];
      const own = settings && `${called}, ${seconds(settings.timeoutSeconds, settings.expressTimeoutSeconds)}`;
      return [name, state.Type, own ?? '', seconds(state.TimeoutSeconds, EXPRESS_STATES.get(name)?.TimeoutSeconds)];
    });
    const byName = ([left]: (string | undefined)[], [right]: (string | undefined)[]) => (left! < right! ? -1 : 1);
    expect(rows.sort(byName)).toEqual(expected.sort(byName));
  });

  it('tells how many lines are priced at once', () => {
    const [, , does] = table('## The states').find(([name]) => name === 'ProcessLineItems') ?? [];
    const concurrency = [STATES, EXPRESS_STATES].map((states) => states.get('ProcessLineItems')?.MaxConcurrency);
    expect(does).toContain(`${concurrency.join(' / ')} at once`);
  });
});

describe('the table of the retries', () => {
  /** As the page puts it. */
  const inWords = ({
    IntervalSeconds = 1,
    MaxAttempts = 3,
    BackoffRate = 2,
    ...rest
  }: Retrier & { JitterStrategy?: string }): string => {
    const upTo = rest.JitterStrategy === 'FULL' ? 'up to ' : '';
    const last = Math.min(IntervalSeconds * BackoffRate ** (MaxAttempts - 1), rest.MaxDelaySeconds ?? Infinity);
    if (MaxAttempts === 0) return 'never';
    if (MaxAttempts === 1) return `once, waiting ${upTo}${IntervalSeconds} s`;
    return `${MaxAttempts} times, waiting ${upTo}${IntervalSeconds} s, then ${upTo}${last} s`;
  };
  const rows = table('Each task tries again by itself');
  const rowOf = (name: string, { ErrorEquals }: Retrier): string[] | undefined =>
    rows.find(([said = '']) => {
      if (name === 'QueueConfirmation') return said.endsWith(`in ${name}`) && said.startsWith(listed(ErrorEquals));
      if (name === 'CompensatingTransaction' && ErrorEquals.includes('TransientDependencyError'))
        return said === `the same in ${name}`;
      return said === listed(ErrorEquals);
    });
  const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

  it('is right for every task, in both types', () => {
    const seen = new Set<string[]>();
    for (const [name, state] of STATES) {
      (state.Retry ?? []).forEach((retrier, index) => {
        const row = rowOf(name, retrier);
        const express = EXPRESS_STATES.get(name)?.Retry?.[index];
        expect({ name, said: row?.slice(1) }).toEqual({ name, said: [inWords(retrier), inWords(express!)] });
        seen.add(row!);
        if (retrier.MaxAttempts! > 1) expect(retrier.BackoffRate).toBe(2);
      });
    }
    expect(seen.size).toBe(rows.length);
  });
});

it('the table of what is caught names each catcher, what it catches and where it leads', () => {
  const rows = table('## What is caught where, and why').map(([state, errors, next]) =>
    [state, errors, next].join(' | '),
  );
  const expected = [...STATES].flatMap(([name, state]) =>
    (state.Catch ?? []).map(({ ErrorEquals, Next }) => {
      const errors = ErrorEquals.includes('States.ALL') ? 'everything' : ErrorEquals.join(', ');
      return `${name} | ${errors} | ${Next}`;
    }),
  );
  expect(rows.sort()).toEqual(expected.sort());
});

it('every alarm that Terraform makes is told to on-call, and no other', async () => {
  const source = readFileSync(join(ROOT, 'infra/observability.tf'), 'utf8');
  const module = (await parse('observability.tf', source)) as { locals: Record<string, unknown>[] };
  const alarms = module.locals.find((block) => 'alarms' in block)?.['alarms'] as Record<string, unknown>;
  const told = table('## What on-call does').flatMap(([names = '']) => [...names.matchAll(/`([a-z-]+)`/g)]);
  expect(told.map(([, name]) => name).sort()).toEqual(Object.keys(alarms).sort());
  expect(source).toContain('"bug-in-${name}" => {');
  expect(PAGE).toContain('| `bug-in-<function>` |');
});

it('its links lead to headings of its own', () => {
  const anchors = [...PAGE.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
});

it('the figures of the proof are those of faults.md (UPDATE_DOCS=1 copies them)', () => {
  const faults = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8');
  const figures = /## Figures\n\n([\s\S]*?\n\|[\s\S]*?\|)\n\n/.exec(faults)?.[1] ?? '';
  expect(figures).toMatch(/broken invariants/);
  const block = /<!-- figures of faults\.md -->\n([\s\S]*?)<!-- end of figures -->/;
  const written = `<!-- figures of faults.md -->\n\n${figures}\n\n<!-- end of figures -->`;
  if (process.env['UPDATE_DOCS'] === '1')
    writeFileSync(
      FILE,
      PAGE.replace(block, () => written),
    );
  else expect(block.exec(PAGE)?.[0]).toBe(written);
});
