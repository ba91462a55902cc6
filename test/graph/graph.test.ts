import { renderMermaidASCII } from 'beautiful-mermaid';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateMachine } from '../../src/lib/definition/types.js';
import { conditionText } from '../../src/lib/graph/condition-text.js';
import { dotText } from '../../src/lib/graph/dot.js';
import { executionMarks } from '../../src/lib/graph/execution-marks.js';
import { mermaidText } from '../../src/lib/graph/mermaid.js';
import { svgText } from '../../src/lib/graph/svg.js';
import { workflowGraph } from '../../src/lib/graph/workflow-graph.js';
import { readHistory } from '../../src/lib/history/history-reader.js';
import { graphLines } from '../../src/lib/report/graph-lines.js';
import { picture, stateAnswers } from '../../src/lib/report/graph-report.js';
import type { Style } from '../../src/lib/report/style.js';
import { events } from '../history/events.js';

const MACHINE: StateMachine = {
  StartAt: 'Both',
  States: {
    Sorry: { Type: 'Fail' },
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Reserve',
          States: {
            Reserve: {
              Type: 'Task',
              Resource: 'x',
              Catch: [{ ErrorEquals: ['NoStock', 'Gone'], Next: 'Refused' }],
              End: true,
            },
            Refused: { Type: 'Pass', End: true },
          },
        },
        { StartAt: 'Pay', States: { Pay: { Type: 'Task', Resource: 'x', End: true } } },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
      Next: 'Fine?',
    },
    'Fine?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.ok', BooleanEquals: true, Next: 'Each' }],
      Default: 'Sorry',
    },
    Each: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Task', Resource: 'x', End: true } } },
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

/** Reserve is caught, Pay is retried, the Choice says no. */
const HISTORY = events(`
  1 <- 0 ExecutionStarted
  2 <- 0 ParallelStateEntered Both
  3 <- 2 ParallelStateStarted
  4 <- 3 TaskStateEntered Reserve
  5 <- 4 TaskScheduled
  6 <- 3 TaskStateEntered Pay
  7 <- 6 TaskScheduled
  8 <- 5 TaskFailed error=NoStock
  9 <- 8 TaskStateExited Reserve
  10 <- 9 PassStateEntered Refused
  11 <- 10 PassStateExited Refused
  12 <- 7 TaskFailed error=Busy
  13 <- 12 TaskScheduled
  14 <- 13 TaskSucceeded
  15 <- 14 TaskStateExited Pay
  16 <- 15 ParallelStateSucceeded
  17 <- 15 ParallelStateExited Both
  18 <- 17 ChoiceStateEntered Fine?
  19 <- 18 ChoiceStateExited Fine?
  20 <- 19 FailStateEntered Sorry
  21 <- 20 ExecutionFailed error=Sorry`);

const pipe: Style = {
  paint: (_colour, text) => text,
  screen: { terminal: false, width: Number.POSITIVE_INFINITY, symbols: false },
};
const terminal: Style = { paint: (_colour, text) => text, screen: { terminal: true, width: 60, symbols: true } };

const graph = workflowGraph(MACHINE);
const marked = async (): Promise<ReturnType<typeof picture>> =>
  picture('order 7: FAILED', graph, executionMarks((await readHistory(HISTORY)).visits, graph));

describe('the graph of a definition', () => {
  it('is in the order of the flow, whatever the order of the text', () => {
    expect(stateAnswers(graph, undefined).map(({ stateName, depth }) => `${' '.repeat(depth)}${stateName}`)).toEqual([
      'Both',
      ' Reserve',
      ' Refused',
      ' Pay',
      'Fine?',
      'Each',
      ' One',
      'Done',
      'Sorry',
    ]);
  });

  it('has every state once, in a chain of 10,000, in circles, and where nothing leads', () => {
    const States = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `S${index}`,
        { Type: 'Pass' as const, Next: `S${(index + 1) % 10_000}` },
      ]),
    );
    const { states } = workflowGraph({ StartAt: 'S0', States: { ...States, Alone: { Type: 'Succeed' } } });
    expect(states).toHaveLength(10_001);
    expect(states.slice(0, 3).map(({ name }) => name)).toEqual(['S0', 'S1', 'S2']);
    expect(states.at(-1)?.name).toBe('Alone');
  });

  it.each([
    [{ Variable: '$.a', StringEquals: 'x' }, '$.a = "x"'],
    [{ Variable: '$.a', NumericGreaterThanEqualsPath: '$.b' }, '$.a >= $.b'],
    [{ Variable: '$.a', IsPresent: false }, '$.a is not present'],
    [{ Not: { Variable: '$.a', StringMatches: 'x*' } }, 'not $.a matches "x*"'],
    [
      {
        And: [
          { Variable: '$.a', BooleanEquals: true },
          {
            Or: [
              { Variable: '$.b', IsNull: true },
              { Variable: '$.c', TimestampLessThan: '2026' },
            ],
          },
        ],
      },
      '$.a = true and ($.b is null or $.c < "2026")',
    ],
    [{ Condition: '{% $x > 1 %}' }, '$x > 1'],
    [{}, '?'],
  ])('puts %j into words', (rule, text) => expect(conditionText({ ...rule, Next: 'N' } as never)).toBe(text));
});

describe('in a terminal', () => {
  it('tells what became of each state in words, and which way it went', async () => {
    expect(graphLines(await marked(), pipe)).toEqual([
      'order 7: FAILED',
      '= Both  Parallel  succeeded',
      '| +- branch 1',
      '| | ! Reserve  error caught, NoStock',
      '| |     on NoStock, Gone -> Refused  (taken)',
      '| | = Refused  Pass  succeeded',
      '| +-',
      '| +- branch 2',
      '| | = Pay  succeeded, 2 attempts',
      '| +-',
      '|   on States.ALL -> Sorry',
      '= Fine?  Choice  succeeded',
      '    $.ok = true -> Each',
      '    otherwise -> Sorry  (taken)',
      '. Each  Map  not reached',
      '| +- each item',
      '| | . One  not reached',
      '| +-',
      '. Done  Succeed  not reached',
      'x Sorry  Fail  ended here',
    ]);
  });

  it('is as wide as it has to be, and says nothing of executions where there is none', () => {
    const lines = graphLines(picture('m', graph, undefined), terminal);
    expect(lines.slice(0, 6)).toEqual([
      'm',
      '● Both  Parallel',
      '│ ╭─ branch 1',
      '│ │ ● Reserve',
      '│ │     ⚡ NoStock, Gone → Refused',
      '│ │ ● Refused  Pass',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('does not claim that what runs in child executions was not reached', async () => {
    const distributed = workflowGraph({
      StartAt: 'Bulk',
      States: {
        Bulk: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED' },
            StartAt: 'Row',
            States: { Row: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      },
    });
    const { visits } = await readHistory(events('1 <- 0 ExecutionStarted\n2 <- 0 MapStateEntered Bulk'));
    expect(stateAnswers(distributed, executionMarks(visits, distributed)).map(({ outcome }) => outcome)).toEqual([
      'running',
      'elsewhere',
    ]);
  });
});

describe('as a picture', () => {
  it('is a Mermaid flowchart that another program can read', async () => {
    const text = mermaidText(await marked());
    expect(text).toContain('  subgraph s1["Both<br/>Parallel<br/>succeeded"]\n    subgraph s1b1["branch 1"]\n');
    expect(text).toContain('  s2 -.->|"NoStock, Gone"| s3\n');
    expect(text).toContain('  s5 ==>|"otherwise"| s9\n');
    expect(text).toContain('  class s9 failed\n');
    const drawn = renderMermaidASCII(text);
    for (const name of ['Reserve', 'Refused', 'Pay', 'Each', 'Sorry']) expect(drawn).toContain(name);
  });

  it('is an SVG of every state', async () => {
    const svg = await svgText(await marked());
    expect(svg).toMatch(/<svg [^]*<\/svg>\s*$/);
    for (const text of [
      'Both',
      'Parallel',
      'error caught, NoStock',
      'succeeded, 2 attempts',
      'not reached',
      'ended here',
      'otherwise',
    ])
      // prettier-ignore
      expect(svg).toContain(text);
    expect(svg).toContain('branch 2');
  });

  it('lets no text of a definition become markup', async () => {
    const evil = '"]; x -> y; <script>alert(1)</script> \\N & &lt; `${x}` %%\u001b[2J';
    const States = {
      [evil]: { Type: 'Choice' as const, Choices: [{ Variable: evil, StringEquals: evil, Next: evil }] },
    };
    const drawn = picture(evil, workflowGraph({ StartAt: evil, States }), undefined);
    const svg = await svgText(drawn);
    expect(svg).not.toContain('<script>');
    expect(svg).toContain(
      '&quot;]; x &#45;&gt; y; &lt;script&gt;alert(1)&lt;/script&gt; \\N &amp; &amp;lt; `${x}` %%\\x1b[2J',
    );
    const mermaid = mermaidText(drawn);
    expect(mermaid).not.toContain('<script>');
    expect(mermaid.split('\n').filter((line) => /^\s*s\d+\{/.test(line))).toHaveLength(1);
    expect(dotText(drawn)).not.toContain('\u001b');
  });

  it('is drawn whatever the names are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        async (names) => {
          const States = Object.fromEntries(
            names.map((name, index) => [
              name,
              { Type: 'Pass' as const, Next: names[(index + 1) % names.length] ?? name },
            ]),
          );
          const drawn = picture(names[0] ?? '', workflowGraph({ StartAt: names[0] ?? '', States }), undefined);
          const svg = await svgText(drawn);
          expect(svg.match(/class="node"/g)).toHaveLength(Object.keys(States).length + 1);
          expect(graphLines(drawn, pipe).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        },
      ),
      { numRuns: 50 },
    );
  });
});
