import { describe, expect, test } from 'vitest';
import { runOrders } from '../support/run-orders.js';
import { startWireStub, type ScriptedCall } from '../support/wire-stub.js';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing';

interface Case {
  readonly name: string;
  /** What the wire answers to each try. */
  readonly replies: readonly Omit<ScriptedCall, 'action'>[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly message: string;
}

const times = (count: number, reply: Omit<ScriptedCall, 'action'>): Omit<ScriptedCall, 'action'>[] =>
  Array.from({ length: count }, () => reply);

// Three tries where the service or the connection breaks.
const CASES: readonly Case[] = [
  {
    name: 'no such machine',
    replies: [{ error: { type: 'StateMachineDoesNotExist', message: 'no machine' } }],
    code: 7,
    message: 'there is no state machine',
  },
  {
    name: 'a machine that is being deleted',
    replies: [{ error: { type: 'StateMachineDeleting', message: 'is being deleted' } }],
    code: 7,
    message: 'is being deleted',
  },
  {
    name: 'not allowed',
    replies: [{ error: { type: 'AccessDeniedException', message: 'not authorized to perform states:ListExecutions' } }],
    code: 10,
    message: 'AWS refuses: not authorized to perform states:ListExecutions',
  },
  {
    name: 'expired',
    replies: [{ error: { type: 'ExpiredTokenException', message: 'token is expired' } }],
    code: 10,
    message: 'the AWS credentials have expired: token is expired',
  },
  {
    name: 'throttled beyond patience',
    replies: [{ error: { type: 'ThrottlingException', message: 'Rate exceeded' } }],
    env: { ORDERS_THROTTLE_PATIENCE: '0' },
    code: 11,
    message: 'AWS throttles ListExecutions, still after 0.0 s: Rate exceeded',
  },
  {
    name: 'an outage',
    replies: times(3, { error: { type: 'InternalServerError', status: 500 } }),
    code: 11,
    message: 'AWS answered 500: InternalServerError',
  },
  { name: 'a connection that breaks', replies: times(3, { cut: true }), code: 11, message: 'cannot reach AWS:' },
  {
    name: 'a hostile message',
    replies: [{ error: { type: 'ValidationException', message: 'bad \x1b]0;title\x07 \u202evalue' } }],
    code: 2,
    message: 'bad \\x1b]0;title\\x07 \\u202evalue',
  },
  {
    name: 'an error nobody has heard of',
    replies: [{ error: { type: 'FromTheFuture', message: 'what' } }],
    code: 1,
    message: 'AWS answered what orders did not expect: FromTheFuture: what',
  },
];

describe('what AWS answers', () => {
  test.each(CASES)('$name: exit $code', async ({ replies, env = {}, code, message }) => {
    for (const json of [false, true]) {
      const stub = await startWireStub(replies.map((reply) => ({ action: 'ListExecutions', ...reply })));
      const args = ['list', '--endpoint-url', stub.url, ...(json ? ['--json'] : [])];
      const ran = await runOrders(args, { env });
      await stub.finish();
      expect(ran.code).toBe(code);
      if (json) {
        const { error } = JSON.parse(ran.stdout) as { error: { code: number; message: string } };
        expect(error.code).toBe(code);
        expect(error.message).toContain(JSON.parse(`"${message.replaceAll('\\x', '\\u00')}"`));
        expect(ran.stderr).toBe('');
      } else {
        expect(ran.stderr).toContain(`environment: ${stub.url}\nError: `);
        expect(ran.stderr).toContain(message);
        expect(ran.stdout).toBe('');
      }
    }
  });

  test('a request is signed with what there is: made-up credentials for loopback, own ones where they are set', async () => {
    const stub = await startWireStub([
      { action: 'ListExecutions', output: { executions: [] } },
      { action: 'ListExecutions', output: { executions: [] } },
    ]);
    expect((await runOrders(['list', '--endpoint-url', stub.url])).code).toBe(0);
    const own = { AWS_ACCESS_KEY_ID: 'AKIAOWN', AWS_SECRET_ACCESS_KEY: 'secret', ORDER_STATE_MACHINE_ARN: MACHINE };
    expect((await runOrders(['list', '--endpoint-url', stub.url], { env: own })).code).toBe(0);
    await stub.finish();
    expect(stub.accessKeys).toEqual(['local', 'AKIAOWN']);
  });

  test('AWS_DEFAULT_REGION and AWS_ENDPOINT_URL_SFN are honoured', async () => {
    const stub = await startWireStub([{ action: 'ListExecutions', output: { executions: [] } }]);
    const arn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:orders';
    const env = { AWS_DEFAULT_REGION: 'us-west-2', AWS_ENDPOINT_URL_SFN: stub.url, ORDER_STATE_MACHINE_ARN: arn };
    const { code, stdout } = await runOrders(['list', '--json'], { env });
    await stub.finish();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ environment: 'aws', stateMachineArn: arn, executions: [] });
  });
});
