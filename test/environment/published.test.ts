import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startAwsStub, callerIdentity, parameter, type AwsStub, type StubAnswers } from '../support/sdk-stub.js';
import { runOrders, temporaryFolder, ROOT, type Ran } from '../support/run-orders.js';
import { ACCOUNT, deployment, machineArn, OTHER_ACCOUNT, REGION } from './deployments.js';

const PROD = '/orders/prod/deployment';
const ORDER = join(ROOT, 'workflows/order-processing/examples/order.json');
const place = { region: REGION, accountId: ACCOUNT };
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A user with a cache folder of their own, keys of an account, and a configuration file. */
function user(configuration: object = {}) {
  const [cache, cwd] = [temporaryFolder(), temporaryFolder()];
  folders.push(cache, cwd);
  writeFileSync(join(cwd, 'orders.config.json'), JSON.stringify(configuration));
  const run = (stub: AwsStub | undefined, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    runOrders(args, {
      cwd,
      env: {
        XDG_CACHE_HOME: cache,
        AWS_ACCESS_KEY_ID: 'AKIA1',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_REGION: REGION,
        ...(stub === undefined ? {} : { AWS_ENDPOINT_URL: stub.remoteUrl }),
        ...env,
      },
    });
  return { run, cache };
}

const published = (value: unknown = deployment()): StubAnswers => ({
  GetParameter: ({ input }) =>
    input['Name'] === PROD ? parameter(PROD, value, place) : { error: 'ParameterNotFound', message: '' },
});
const empty: StubAnswers = { ListExecutions: () => ({ output: { executions: [] } }) };

async function against<T>(answers: StubAnswers, work: (stub: AwsStub) => Promise<T>): Promise<T> {
  const stub = await startAwsStub(answers);
  try {
    return await work(stub);
  } finally {
    await stub.finish();
  }
}

describe('an environment that is only a name', () => {
  test('is looked up once, named on stderr, and remembered', async () => {
    await against({ ...published(), ...empty }, async (stub) => {
      const { run, cache } = user();
      const first = await run(stub, ['list', '--env', 'prod']);
      expect(first).toMatchObject({ code: 0, stderr: 'environment: prod\nno executions\n' });
      const second = await run(stub, ['list', '--env', 'prod', '--json']);
      expect(JSON.parse(second.stdout)).toMatchObject({ environment: 'prod', stateMachineArn: machineArn() });
      expect(second.stderr).toBe('');
      expect(stub.operations()).toEqual(['GetParameter', 'ListExecutions', 'ListExecutions']);
      expect(stub.calls[1]?.input['stateMachineArn']).toBe(machineArn());
      expect(readdirSync(join(cache, 'orders', 'environments'))).toHaveLength(1);
    });
  });

  test('starts by its alias; the execution has the name of the machine', async () => {
    const arn = machineArn().replace('stateMachine', 'execution') + ':order-1001';
    const described = { executionArn: arn, stateMachineArn: machineArn(), name: 'order-1001', status: 'RUNNING' };
    const answers: StubAnswers = {
      ...published(),
      StartExecution: () => ({ output: { executionArn: arn, startDate: 1_790_000_000 } }),
      DescribeExecution: () => ({ output: { ...described, startDate: 1_790_000_000 } }),
    };
    await against(answers, async (stub) => {
      const ran = await user().run(stub, ['start', '--env', 'prod', '--file', ORDER]);
      expect(ran).toMatchObject({ code: 0 });
      const started = stub.calls.find(({ operation }) => operation === 'StartExecution');
      expect(started?.input['stateMachineArn']).toBe(`${machineArn()}:live`);
      const asked = stub.calls.find(({ operation }) => operation === 'DescribeExecution');
      expect(asked?.input['executionArn']).toBe(arn);
    });
  });

  test('at a loopback endpoint it is what that endpoint publishes, and nothing is kept', async () => {
    const staging = deployment({ environment: 'staging', region: 'eu-west-1' });
    const answers: StubAnswers = {
      GetParameter: ({ input }) =>
        input['Name'] === '/orders/staging/deployment'
          ? parameter('/orders/staging/deployment', staging, place)
          : { error: 'ParameterNotFound', message: '' },
      ...empty,
    };
    await against(answers, async (stub) => {
      const { run, cache } = user({ environments: { staging: { endpointUrl: stub.url } } });
      const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: '' };
      const { stdout } = await run(undefined, ['list', '--env', 'staging', '--json'], none);
      expect(JSON.parse(stdout)).toMatchObject({ stateMachineArn: machineArn({ region: 'eu-west-1' }) });
      expect(stub.calls.map(({ accessKey }) => accessKey)).toEqual(['local', 'local']);
      expect(readdirSync(join(cache, 'orders'))).not.toContain('environments');
    });
  });

  test('at a served local environment it is the local one, whatever its name', async () => {
    const local = deployment({ environment: 'local', region: 'us-east-1', accountId: '000000000000' });
    const answers: StubAnswers = {
      GetParameter: ({ input }) =>
        input['Name'] === '/orders/local/deployment'
          ? parameter('/orders/local/deployment', local, { region: 'us-east-1', accountId: '000000000000' })
          : { error: 'ParameterNotFound', message: '' },
      ...empty,
    };
    await against(answers, async (stub) => {
      const { run } = user({ environments: { served: { endpointUrl: stub.url } } });
      const { code } = await run(undefined, ['list', '--env', 'served'], { AWS_REGION: '' });
      expect(code).toBe(0);
      expect(stub.operations()).toEqual(['GetParameter', 'GetParameter', 'ListExecutions']);
    });
  });
});

describe('a change nobody told us of', () => {
  test('a machine that is gone: the document is read anew, and the next run works', async () => {
    const next = machineArn({ name: 'orders-prod-2' });
    const { stateMachine } = deployment();
    const changed = deployment({ stateMachine: { ...stateMachine, name: 'orders-prod-2', arn: next, aliasArn: null } });
    let now = deployment();
    const answers: StubAnswers = {
      GetParameter: () => parameter(PROD, now, place),
      ListExecutions: ({ input }) =>
        input['stateMachineArn'] === now.stateMachine.arn
          ? { output: { executions: [] } }
          : { error: 'StateMachineDoesNotExist', message: 'gone' },
    };
    await against(answers, async (stub) => {
      const { run } = user();
      expect((await run(stub, ['list', '--env', 'prod'])).code).toBe(0);
      now = changed;
      const gone = await run(stub, ['list', '--env', 'prod']);
      expect(gone.code).toBe(7);
      expect(gone.stderr).toContain(`is gone, environment prod runs ${next} now`);
      expect(gone.stderr).toContain('run the same command again');
      const again = await run(stub, ['list', '--env', 'prod', '--json']);
      expect(JSON.parse(again.stdout)).toMatchObject({ stateMachineArn: next });
      const look = ['GetParameter', 'ListExecutions'];
      expect(stub.operations()).toEqual([...look, ...[...look].reverse(), ...look]);
    });
  });

  test('credentials of another account are refused before anything is asked of it', async () => {
    let account = ACCOUNT;
    const answers: StubAnswers = {
      GetParameter: () => parameter(PROD, deployment({ accountId: account }), { region: REGION, accountId: account }),
      ...empty,
    };
    await against(answers, async (stub) => {
      const { run } = user();
      await run(stub, ['list', '--env', 'prod']);
      account = OTHER_ACCOUNT;
      for (const json of [[], ['--json']]) {
        const ran = await run(stub, ['list', '--env', 'prod', ...json], { AWS_ACCESS_KEY_ID: 'AKIA2' });
        expect(ran.code).toBe(10);
        expect(ran.stdout + ran.stderr).toContain(
          `environment prod is in account ${ACCOUNT} when it was last used here, these credentials belong to account ${OTHER_ACCOUNT}`,
        );
      }
      expect(stub.operations()).toEqual(['GetParameter', 'ListExecutions', 'GetParameter', 'GetParameter']);
    });
  });
});

describe('what cannot be looked up', () => {
  interface Case {
    readonly name: string;
    readonly answers?: StubAnswers;
    readonly args: readonly string[];
    readonly configuration?: object;
    readonly env?: Record<string, string>;
    readonly code: number;
    readonly says: readonly string[];
  }
  const notFound: StubAnswers = { ...published(), GetCallerIdentity: () => callerIdentity(ACCOUNT) };
  const CASES: readonly Case[] = [
    {
      name: 'a name that is nearly another',
      answers: notFound,
      args: ['status', '1', '--env', 'stagin'],
      configuration: { environments: { staging: { region: REGION } } },
      code: 7,
      says: [
        `there is no environment stagin in account ${ACCOUNT}, region ${REGION}`,
        'did you mean --env staging?',
        'orders deploy --env stagin',
      ],
    },
    {
      name: 'a name like none',
      answers: notFound,
      args: ['list', '--env', 'zzz'],
      configuration: { environments: { staging: {}, prod: {} } },
      code: 7,
      says: ['there is no environment zzz', 'known here: local, staging, prod'],
    },
    {
      name: 'STS that does not answer only costs the account its mention',
      answers: { ...published(), GetCallerIdentity: () => ({ error: 'AccessDenied', status: 403 }) },
      args: ['list', '--env', 'zzz'],
      code: 7,
      says: [`there is no environment zzz in region ${REGION}`],
    },
    {
      name: 'no permission to read the parameter',
      answers: {
        GetParameter: () => ({ error: 'AccessDeniedException', message: 'not authorized: ssm:GetParameter' }),
      },
      args: ['list', '--env', 'prod'],
      code: 10,
      says: ['it cannot be looked up on AWS: AWS refuses: not authorized: ssm:GetParameter'],
    },
    {
      name: 'a misspelt local environment and no AWS at all',
      args: ['list', '--env', 'locla'],
      env: { AWS_REGION: '' },
      code: 2,
      says: ['nothing is known about environment locla', 'no AWS region is set', 'did you mean --env local?'],
    },
    {
      name: 'a document of another version',
      answers: published({ ...deployment(), schemaVersion: 7 }),
      args: ['list', '--env', 'prod'],
      code: 1,
      says: [`${PROD} has schemaVersion 7, only 1 is known`, 'a newer orders reads it'],
    },
    {
      name: 'a document that is none',
      answers: published('{"schemaVersion":1}'),
      args: ['list', '--env', 'prod'],
      code: 1,
      says: [`${PROD} does not describe a deployment: environment is not a text; region is not a region`],
    },
    {
      name: 'another region than the document says',
      answers: published(deployment({ region: 'us-west-2' })),
      args: ['list', '--env', 'prod'],
      code: 2,
      says: ['but describes one in region us-west-2', 'give --region us-west-2'],
    },
    {
      name: 'another account than the configuration says',
      answers: published(),
      args: ['list', '--env', 'prod'],
      configuration: { environments: { prod: { accountId: OTHER_ACCOUNT } } },
      code: 10,
      says: [`is in account ${OTHER_ACCOUNT} by orders.config.json, these credentials belong to account ${ACCOUNT}`],
    },
    {
      name: 'a name that cannot be one',
      args: ['list', '--env', 'a b'],
      code: 2,
      says: ['not a name of an environment: a b'],
    },
  ];

  test.each(CASES)('$name: exit $code', async ({ answers = {}, args, configuration, env, code, says }) => {
    await against(answers, async (stub) => {
      const text = await user(configuration).run(stub, args, env);
      expect(text).toMatchObject({ code, stdout: '' });
      for (const part of says) expect(text.stderr).toContain(part);
      const json = await user(configuration).run(stub, [...args, '--json'], env);
      expect(json).toMatchObject({ code, stderr: '' });
      for (const part of says) expect(json.stdout).toContain(part);
    });
  });
});

describe('a machine that is named by its ARN', () => {
  test('needs nothing published, and nobody is asked about it', async () => {
    await against(empty, async (stub) => {
      const ran = await user().run(stub, ['list', '--state-machine-arn', `${machineArn()}:live`, '--json']);
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.stdout)).toMatchObject({ environment: 'aws', stateMachineArn: machineArn() });
      expect(stub.operations()).toEqual(['ListExecutions']);
    });
  });

  test('credentials of another account: AWS refuses, and both accounts are named', async () => {
    const message = `User: arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/dev/me is not authorized to perform: states:ListExecutions on resource: ${machineArn()} because no resource-based policy allows it`;
    await against({ ListExecutions: () => ({ error: 'AccessDeniedException', message }) }, async (stub) => {
      const ran = await user().run(stub, ['list', '--state-machine-arn', machineArn()]);
      expect(ran.code).toBe(10);
      expect(ran.stderr).toContain(`belong to account ${OTHER_ACCOUNT}, what is asked for to ${ACCOUNT}`);
    });
  });
});

test('the page about environments shows a document that is understood', async () => {
  const page = readFileSync(join(ROOT, 'docs', 'environments.md'), 'utf8');
  const shown = /```json\n(\{\s*"schemaVersion"[^]*?)```/u.exec(page)?.[1] ?? '';
  const { parseDeployment } = await import('../../src/lib/environment/parse-deployment.js');
  expect(parseDeployment(shown, 'docs/environments.md').schemaVersion).toBe(1);
});
