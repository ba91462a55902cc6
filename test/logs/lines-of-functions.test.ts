import { describe, expect, it } from 'vitest';
import { calledFunctions, groupsOf } from '../../src/lib/logs/function-groups.js';
import { isAtLeast, readFunctionLine } from '../../src/lib/logs/function-line.js';
import { maskFields, maskText } from '../../src/lib/logs/mask-line.js';
import { requestPatterns } from '../../src/lib/logs/order-scope.js';
import { ARN, REQUEST } from './lines.js';

describe("a function's line", () => {
  it.each([
    ['START', `START RequestId: ${REQUEST} Version: 1`, { requestId: REQUEST }],
    [
      'a report of a time-out',
      `REPORT RequestId: ${REQUEST}\tDuration: 3 ms\tStatus: timeout`,
      { requestId: REQUEST, level: 'ERROR' },
    ],
    ['a console line', `2026-11-20T10:00:00.011Z\t${REQUEST}\tWARN\tslow`, { requestId: REQUEST, level: 'WARN' }],
    [
      'a time-out',
      `2026-11-20T10:00:00.011Z ${REQUEST} Task timed out after 3.00 seconds`,
      { requestId: REQUEST, level: 'ERROR' },
    ],
    [
      'a line of the platform in JSON',
      `{"type":"platform.start","record":{"requestId":"${REQUEST}"}}`,
      { requestId: REQUEST },
    ],
    [
      'a line with all we know',
      `{"level":"warning","requestId":"r","executionArn":"${ARN}","order_id":7,"state":"S","retry":2}`,
      { level: 'WARN', requestId: 'r', executionArn: ARN, orderId: '7', stateName: 'S', attempt: 3 },
    ],
    ['any text', 'hello', {}],
    ['half a JSON line', '{"level":', {}],
  ])('%s', (_, message, expected) => {
    const { fields: _fields, ...said } = readFunctionLine(message);
    expect(said).toEqual(expected);
  });

  it('without a level counts as information', () => {
    expect([isAtLeast(undefined, 'INFO'), isAtLeast(undefined, 'WARN'), isAtLeast('FATAL', 'ERROR')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('masking', () => {
  it('takes mail addresses, cards, telephones and keys out of texts, and leaves ids and times', () => {
    const text = `2026-11-20T10:00:00.011Z\t${REQUEST}\tmail to jo@example.org, call +49 30 1234567 8, order 123456789012, ${ARN}`;
    expect(maskText(text, ['123456789012'])).toBe(
      `2026-11-20T10:00:00.011Z\t${REQUEST}\tmail to ***, call ***, order 123456789012, ${ARN}`,
    );
  });

  it('masks fields by their names, at any depth, and the texts of the others', () => {
    expect(
      maskFields({
        orderId: '123456789012',
        customer: { email: 'jo@example.org', tier: 'gold' },
        message: 'told jo@example.org',
        count: 3,
        name: 'Jo',
      }),
    ).toEqual({
      orderId: '123456789012',
      customer: { email: '***', tier: 'gold' },
      message: 'told ***',
      count: 3,
      name: '***',
    });
  });
});

describe('where functions write', () => {
  const definition = JSON.stringify({
    States: {
      A: { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:one:live' },
      B: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'two' } },
      C: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl: 'three' } },
      D: {
        Branches: [
          {
            States: {
              E: {
                Resource: 'arn:aws:states:::lambda:invoke',
                Arguments: { FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:four' },
              },
            },
          },
        ],
      },
      F: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'two' } },
    },
  });

  it('is told by the definition and by Lambda, else by the rule', async () => {
    const functions = calledFunctions(definition);
    expect(functions).toEqual([
      'arn:aws:lambda:eu-west-1:123456789012:function:one:live',
      'two',
      'arn:aws:lambda:eu-west-1:123456789012:function:four',
    ]);
    const lambda = {
      async getFunctionConfiguration({ FunctionName }: { FunctionName: string }) {
        if (FunctionName === 'two') throw Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' });
        return FunctionName.endsWith(':live') ? { LoggingConfig: { LogGroup: '/shared/group' } } : {};
      },
    };
    expect(await groupsOf(lambda, functions)).toEqual([
      { functionName: 'one', group: '/shared/group' },
      { functionName: 'two', group: '/aws/lambda/two' },
      { functionName: 'four', group: '/aws/lambda/four' },
    ]);
  });

  it('finds nothing in what is no definition', () => {
    expect(calledFunctions('{')).toEqual([]);
  });
});

it('asks for many requests in as many patterns as fit', () => {
  const ids = Array.from({ length: 60 }, (_, index) => `${REQUEST.slice(0, -2)}${index + 10}`);
  const patterns = requestPatterns(ids);
  expect(patterns.every((pattern) => pattern.length <= 1_024)).toBe(true);
  expect(patterns.join(' ').split(' ')).toEqual(ids.map((id) => `?"${id}"`));
});
