import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { State, StateGraph } from '../../src/lib/definition/types.js';
import { pathUsage, type PathKind } from '../../src/lib/pricing/path-usage.js';
import { parseRates, type RateTexts } from '../../src/lib/pricing/rates.js';
import { compare, ratio, shortText } from '../../src/lib/pricing/ratio.js';
import { readWorkflowDefinition, standardOnlyStates } from '../../src/lib/pricing/workflow-definition.js';

const rates = (texts: Partial<RateTexts> = {}) =>
  parseRates({ items: [], retryRate: [], failureRate: [], branch: [], ...texts });
const transitions = (graph: StateGraph, texts: Partial<RateTexts> = {}): string[] =>
  (['least', 'expected', 'worst'] as const).map((kind) =>
    shortText(pathUsage(graph, kind, rates(texts)).transitions, 6),
  );

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const task = (members: Partial<Extract<State, { Type: 'Task' }>> = {}): State => ({
  Type: 'Task',
  Resource: LAMBDA,
  ...members,
});
const graph = (StartAt: string, States: Record<string, State>): StateGraph => ({ StartAt, States });

describe('the shipped workflow', () => {
  const { machine } = readWorkflowDefinition();

  test('takes 14 transitions for an order of three lines, 10 calls of functions among them', () => {
    expect(transitions(machine)).toEqual(['2', '14', expect.stringMatching(/^\d{3}$/u)]);
    expect(pathUsage(machine, 'expected', rates()).functionCalls).toEqual(ratio(10));
  });

  test('takes one more for each line', () => {
    expect(transitions(machine, { items: ['40'] })[1]).toBe('51');
    expect(transitions(machine, { items: ['1', 'ProcessLineItems=5'] })[1]).toBe('16');
  });

  test('declined cards take their own way', () => {
    const declined = { failureRate: ['ChargePayment=100%'], branch: ['EvaluateChecks:BlamePayment=100%'] };
    // 10 up to the Choice, and HandleDeclinedPayment, PaymentDeclined; then BlamePayment, CompensatingTransaction, OrderFailed.
    // A share of the two Catches of ChargePayment goes to PaymentRefused: 1 in place of 2.
    expect(transitions(machine, declined)[1]).toBe('14.5');
  });

  test('can run as Express', () => expect(standardOnlyStates(machine)).toEqual([]));
});

describe('ways', () => {
  test('a retry counts, as often as the rate says and the retriers allow', () => {
    const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 2 }, { ErrorEquals: ['B'] }];
    const one = graph('A', { A: task({ Retry, End: true }) });
    expect(transitions(one)).toEqual(['1', '1', '6']);
    expect(transitions(one, { retryRate: ['10%'] })[1]).toBe('1.11111');
    expect(transitions(one, { retryRate: ['A=100%'] })[1]).toBe('6');
  });

  test('a Parallel counts itself and all branches, a Map itself and all items', () => {
    const branch = graph('X', { X: task({ Next: 'Y' }), Y: { Type: 'Pass', End: true } });
    expect(transitions(graph('P', { P: { Type: 'Parallel', Branches: [branch, branch], End: true } }))).toEqual([
      '5',
      '5',
      '5',
    ]);
    const map: State = {
      Type: 'Map',
      ItemProcessor: branch,
      Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }],
      End: true,
    };
    expect(transitions(graph('M', { M: map }), { items: ['10'] })).toEqual(['21', '21', '42']);
    expect(transitions(graph('M', { M: map }), { items: ['0'] })[1]).toBe('1');
  });

  test('ways that can only fail take the failure rate, said shares come first', () => {
    const choice = graph('C', {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: true, Next: 'Good' },
          { Condition: true, Next: 'Bad' },
        ],
        Default: 'Worse',
      },
      Good: { Type: 'Succeed' },
      Bad: { Type: 'Pass', Next: 'Worse' },
      Worse: { Type: 'Fail' },
    });
    expect(transitions(choice)).toEqual(['2', '2', '3']);
    expect(transitions(choice, { failureRate: ['50%'] })[1]).toBe('2.25');
    expect(transitions(choice, { branch: ['C:Bad=50%'] })[1]).toBe('2.5');
    expect(transitions(choice, { branch: ['C:Bad=0.4', 'C:Worse=0.2'] })[1]).toBe('2.4');
    expect(() => transitions(choice, { branch: ['C:Bad=60%', 'C:Worse=60%'] })).toThrow(
      'the shares of state C are more than 100%',
    );
  });

  test('a loop is refused until somebody says how often it is taken', () => {
    const polling = graph('Wait', {
      Wait: { Type: 'Wait', Seconds: 1, Next: 'Look' },
      Look: task({ Next: 'Done?' }),
      'Done?': { Type: 'Choice', Choices: [{ Condition: true, Next: 'Done' }], Default: 'Wait' },
      Done: { Type: 'Succeed' },
    });
    expect(() => transitions(polling)).toThrow(
      expect.objectContaining({
        exit: 'usage',
        message: 'the definition has a loop, which goes back from state Done?',
      }),
    );
    expect(transitions(polling, { loops: '0' })).toEqual(['4', '4', '4']);
    expect(transitions(polling, { loops: '5' })).toEqual(['4', '19', '19']);
    expect(transitions(polling, { loops: '1000', branch: ['Done?:Wait=50%'] })[1]).toBe('7');
  });

  test('a loop without a way out is refused', () => {
    const endless = graph('A', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
    expect(() => transitions(endless, { loops: '3' })).toThrow(
      'no way through the definition ends: it goes round from state B',
    );
  });

  test('children of a distributed Map and nested executions are counted apart', () => {
    const child = graph('X', { X: task({ Next: 'Y' }), Y: { Type: 'Pass', End: true } });
    const distributed = (ExecutionType: 'STANDARD' | 'EXPRESS'): StateGraph =>
      graph('M', {
        M: {
          Type: 'Map',
          ItemProcessor: { ...child, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType } },
          ItemBatcher: { MaxItemsPerBatch: 10 },
          Next: 'N',
        },
        N: task({ Resource: 'arn:aws:states:::states:startExecution.sync:2', End: true }),
      });
    const usage = (type: 'STANDARD' | 'EXPRESS') => pathUsage(distributed(type), 'expected', rates({ items: ['95'] }));
    expect(usage('STANDARD')).toEqual({
      transitions: ratio(2),
      functionCalls: ratio(10),
      nested: ratio(1),
      childTransitions: ratio(20),
      expressChildren: ratio(0),
    });
    expect(usage('EXPRESS')).toMatchObject({
      transitions: ratio(2),
      childTransitions: ratio(0),
      expressChildren: ratio(10),
    });
    const { TimeoutSeconds: _none, ...machine } = { ...distributed('EXPRESS'), TimeoutSeconds: 1 };
    expect(standardOnlyStates(machine).map(({ reason }) => reason)).toEqual(['distributed-map', 'job']);
  });

  test('ten thousand states in a row are no trouble', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `S${index}`);
    const chain = Object.fromEntries(
      names.map((name, index): [string, State] => [
        name,
        index === names.length - 1 ? { Type: 'Succeed' } : { Type: 'Pass', Next: names[index + 1] ?? '' },
      ]),
    );
    expect(transitions(graph('S0', chain))).toEqual(['10000', '10000', '10000']);
  });

  test('least, expected and worst come in this order, whatever the rates', () => {
    const { machine } = readWorkflowDefinition();
    const percent = fc.integer({ min: 0, max: 100 }).map((share) => `${share}%`);
    fc.assert(
      fc.property(percent, percent, fc.nat({ max: 50 }), (retryRate, failureRate, items) => {
        const texts = { retryRate: [retryRate], failureRate: [failureRate], items: [String(items)] };
        const of = (kind: PathKind) => pathUsage(machine, kind, rates(texts)).transitions;
        expect(compare(of('least'), of('expected'))).toBeLessThanOrEqual(0);
        expect(compare(of('expected'), of('worst'))).toBeLessThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });
});
