import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, deployment, machineArn, OTHER_ACCOUNT, REGION } from '../environment/deployments.js';
import { parameter, startAwsStub, type AwsStub, type StubAnswers } from '../support/sdk-stub.js';
import { runOrders, temporaryFolder, type Ran } from '../support/run-orders.js';

/* AWS's conventions, with configuration files as its users have them. What a request was signed with tells what was found. */

const HOUR = 3_600_000;
const MACHINE = ['--state-machine-arn', machineArn()];
const answers: StubAnswers = {
  GetParameter: ({ region }) =>
    parameter('/orders/prod/deployment', deployment({ region }), { region, accountId: ACCOUNT }),
  ListExecutions: () => ({ output: { executions: [] } }),
};

/** A home with ~/.aws in it; `URL` in the texts becomes the stub's address. */
class Home {
  readonly folder = temporaryFolder();

  constructor(
    private readonly stub: AwsStub,
    files: { readonly config?: string; readonly credentials?: string },
  ) {
    mkdirSync(join(this.folder, '.aws', 'sso', 'cache'), { recursive: true });
    this.write('config', files.config ?? '');
    this.write('credentials', files.credentials ?? '');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, '.aws', name), text.replaceAll('URL', this.stub.remoteUrl));
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    return runOrders(args, {
      cwd: this.folder,
      env: {
        HOME: this.folder,
        XDG_CACHE_HOME: join(this.folder, 'cache'),
        AWS_CONFIG_FILE: join(this.folder, '.aws', 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(this.folder, '.aws', 'credentials'),
        AWS_ENDPOINT_URL: this.stub.remoteUrl,
        ...env,
      },
    });
  }
}

async function at<T>(
  table: StubAnswers,
  files: { readonly config?: string; readonly credentials?: string },
  work: (home: Home, stub: AwsStub) => Promise<T>,
): Promise<T> {
  const stub = await startAwsStub(table);
  try {
    return await work(new Home(stub, files), stub);
  } finally {
    await stub.finish();
  }
}

const CREDENTIALS = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret

[ship]
aws_access_key_id = AKIASHIP
aws_secret_access_key = secret
`;
const CONFIG = `[default]
region = eu-west-1

[profile ship]
region = eu-west-3
`;

describe('profiles, keys and regions', () => {
  interface Case {
    readonly name: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly key: string;
    readonly region: string;
  }
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret' };
  const CASES: readonly Case[] = [
    { name: 'the default profile', key: 'AKIADEFAULT', region: 'eu-west-1' },
    { name: '--profile', args: ['--profile', 'ship'], key: 'AKIASHIP', region: 'eu-west-3' },
    { name: 'AWS_PROFILE', env: { AWS_PROFILE: 'ship' }, key: 'AKIASHIP', region: 'eu-west-3' },
    {
      name: '--profile before AWS_PROFILE',
      args: ['--profile', 'default'],
      env: { AWS_PROFILE: 'ship' },
      key: 'AKIADEFAULT',
      region: 'eu-west-1',
    },
    { name: 'keys in variables', env: keys, key: 'AKIAENV', region: 'eu-west-1' },
    {
      name: '--profile before keys in variables',
      args: ['--profile', 'ship'],
      env: keys,
      key: 'AKIASHIP',
      region: 'eu-west-3',
    },
    {
      name: 'AWS_REGION before the profile',
      env: { AWS_REGION: 'us-east-2' },
      key: 'AKIADEFAULT',
      region: 'us-east-2',
    },
    {
      name: 'AWS_DEFAULT_REGION, as the AWS CLI has it',
      env: { AWS_DEFAULT_REGION: 'us-west-1' },
      key: 'AKIADEFAULT',
      region: 'us-west-1',
    },
    {
      name: 'AWS_REGION before AWS_DEFAULT_REGION',
      env: { AWS_REGION: 'us-east-2', AWS_DEFAULT_REGION: 'us-west-1' },
      key: 'AKIADEFAULT',
      region: 'us-east-2',
    },
    {
      name: '--region before all',
      args: ['--region', 'sa-east-1'],
      env: { AWS_REGION: 'us-east-2' },
      key: 'AKIADEFAULT',
      region: 'sa-east-1',
    },
    {
      name: 'empty variables are none',
      env: { AWS_REGION: '', AWS_PROFILE: '' },
      key: 'AKIADEFAULT',
      region: 'eu-west-1',
    },
  ];

  test.each(CASES)('$name', async ({ args = [], env, key, region }) => {
    await at(answers, { config: CONFIG, credentials: CREDENTIALS }, async (home, stub) => {
      const ran = await home.run(['list', '--env', 'prod', ...args], env);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(stub.calls.map((call) => `${call.operation} ${call.accessKey} ${call.region}`)).toEqual([
        `GetParameter ${key} ${region}`,
        `ListExecutions ${key} ${region}`,
      ]);
    });
  });

  test('a profile that orders.config.json names', async () => {
    await at(answers, { config: CONFIG, credentials: CREDENTIALS }, async (home, stub) => {
      const entry = { environments: { prod: { profile: 'ship' } } };
      writeFileSync(join(home.folder, 'orders.config.json'), JSON.stringify(entry));
      expect((await home.run(['list', '--env', 'prod'])).code).toBe(0);
      expect(stub.calls.map(({ accessKey }) => accessKey)).toEqual(['AKIASHIP', 'AKIASHIP']);
    });
  });

  test.each([
    ['--profile', ['--profile', 'shop'], {}],
    ['AWS_PROFILE', [], { AWS_PROFILE: 'shop' }],
  ] as const)('a profile that is not there is named: %s', async (_name, args, env) => {
    await at({}, { config: CONFIG, credentials: CREDENTIALS }, async (home) => {
      for (const target of [['--env', 'prod'], MACHINE]) {
        const { code, stderr } = await home.run(['list', ...target, ...args], env);
        expect(code).toBe(10);
        expect(stderr).toContain('there is no AWS profile shop in ');
        expect(stderr).toContain('there are: default, ship');
      }
    });
  });

  test('no region: exit 2, and where it was looked for', async () => {
    const config = '[profile ship]\noutput = json\n';
    await at({}, { config, credentials: CREDENTIALS }, async (home) => {
      const { code, stderr } = await home.run(['list', '--env', 'prod', '--profile', 'ship']);
      expect(code).toBe(2);
      expect(stderr).toContain('no AWS region is set, and AWS profile ship has none');
    });
  });
});

describe('a credential process', () => {
  const script = (output: string): string => `[profile tool]\nregion = ${REGION}\ncredential_process = ${output}\n`;
  const config = (home: string, account: string): string =>
    script(`${process.execPath} ${home}/process.cjs ${account} ${home}/asked`);
  const PROGRAM = `
    require('fs').appendFileSync(process.argv[3], 'asked ');
    const count = require('fs').readFileSync(process.argv[3], 'utf8').split(' ').length - 1;
    const keys = { Version: 1, AccessKeyId: 'ASIA' + count, SecretAccessKey: 's', SessionToken: 't',
      Expiration: new Date(Date.now() + ${HOUR}).toISOString(), AccountId: process.argv[2] };
    console.log(JSON.stringify(keys));`;

  test('is asked once a run, and its account makes the cache good for its changing keys', async () => {
    await at(answers, {}, async (home, stub) => {
      writeFileSync(join(home.folder, 'process.cjs'), PROGRAM);
      home.write('config', config(home.folder, ACCOUNT));
      for (let run = 0; run < 2; run += 1) {
        expect((await home.run(['list', '--env', 'prod', '--profile', 'tool'])).code).toBe(0);
      }
      expect(readFileSync(join(home.folder, 'asked'), 'utf8')).toBe('asked asked ');
      expect(stub.calls.map((call) => `${call.operation} ${call.accessKey}`)).toEqual([
        'GetParameter ASIA1',
        'ListExecutions ASIA1',
        'ListExecutions ASIA2',
      ]);
      // The same profile now leads elsewhere: refused, and nothing is asked.
      home.write('config', config(home.folder, OTHER_ACCOUNT));
      const refused = await home.run(['list', '--env', 'prod', '--profile', 'tool']);
      expect(refused.code).toBe(10);
      expect(refused.stderr).toContain(`these credentials belong to account ${OTHER_ACCOUNT}`);
      expect(stub.calls).toHaveLength(3);
    });
  });

  test('that fails: exit 10, and the profile', async () => {
    await at({}, { config: script(`${process.execPath} -e process.exit(3)`) }, async (home) => {
      const { code, stderr } = await home.run(['list', '--env', 'prod', '--profile', 'tool']);
      expect(code).toBe(10);
      expect(stderr).toContain('no usable AWS credentials of profile tool: ');
    });
  });
});

describe('SSO', () => {
  const config = `[profile corp]
region = ${REGION}
sso_session = corp
sso_account_id = ${ACCOUNT}
sso_role_name = operator

[sso-session corp]
sso_region = ${REGION}
sso_start_url = https://corp.awsapps.com/start
sso_registration_scopes = sso:account:access
`;
  const tokenFile = join('sso', 'cache', `${createHash('sha1').update('corp').digest('hex')}.json`);
  const token = (expiresAt: number): string =>
    JSON.stringify({ accessToken: 'token', expiresAt: new Date(expiresAt).toISOString(), region: REGION });

  test('a cached token is turned into credentials of the role', async () => {
    const table: StubAnswers = {
      ...answers,
      'GET /federation/credentials': ({ headers }) =>
        headers['x-amz-sso_bearer_token'] === 'token'
          ? {
              output: {
                roleCredentials: {
                  accessKeyId: 'ASIASSO',
                  secretAccessKey: 's',
                  sessionToken: 't',
                  expiration: Date.now() + HOUR,
                },
              },
            }
          : undefined,
    };
    await at(table, { config }, async (home, stub) => {
      home.write(tokenFile, token(Date.now() + HOUR));
      const ran = await home.run(['list', '--env', 'prod', '--profile', 'corp']);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(stub.calls.map((call) => `${call.operation} ${call.accessKey}`)).toEqual([
        'GET /federation/credentials unsigned',
        'GetParameter ASIASSO',
        'ListExecutions ASIASSO',
      ]);
    });
  });

  test.each([
    ['that has expired', -HOUR],
    ['that is not there', undefined],
  ])('a token %s: exit 10, and how to log in', async (_name, age) => {
    await at({}, { config }, async (home) => {
      if (age !== undefined) home.write(tokenFile, token(Date.now() + age));
      for (const target of [['--env', 'prod'], MACHINE]) {
        const { code, stderr } = await home.run(['list', ...target, '--profile', 'corp']);
        expect(code).toBe(10);
        expect(stderr).toContain('the SSO session of AWS profile corp is over: ');
        expect(stderr).toContain('log in: aws sso login --profile corp');
      }
    });
  });
});

describe('an assumed role', () => {
  const config = `[profile operator]
region = ${REGION}
role_arn = arn:aws:iam::${ACCOUNT}:role/operator
source_profile = ship
`;
  const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>A:me</AssumedRoleId><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/operator/me</Arn></AssumedRoleUser>
    <Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>${new Date(Date.now() + HOUR).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

  test('is assumed with the source profile, once', async () => {
    const table: StubAnswers = { ...answers, AssumeRole: () => ({ type: 'text/xml', body: assumed }) };
    await at(table, { config, credentials: CREDENTIALS }, async (home, stub) => {
      const ran = await home.run(['list', '--env', 'prod', '--profile', 'operator']);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(stub.calls.map((call) => `${call.operation} ${call.accessKey}`)).toEqual([
        'AssumeRole AKIASHIP',
        'GetParameter ASIAROLE',
        'ListExecutions ASIAROLE',
      ]);
    });
  });
});

describe('endpoints', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret', AWS_ENDPOINT_URL: '' };
  const nowhere = 'http://0.0.0.0:9';
  const services = `[default]
services = mine

[profile other]
endpoint_url = URL

[services mine]
sfn =
  endpoint_url = URL
`;
  interface Case {
    readonly name: string;
    readonly config?: string;
    readonly args?: readonly string[];
    readonly env: (url: string) => Readonly<Record<string, string>>;
  }
  const CASES: readonly Case[] = [
    { name: 'AWS_ENDPOINT_URL', env: (url) => ({ AWS_ENDPOINT_URL: url }) },
    {
      name: 'AWS_ENDPOINT_URL_SFN before AWS_ENDPOINT_URL',
      env: (url) => ({ AWS_ENDPOINT_URL: nowhere, AWS_ENDPOINT_URL_SFN: url }),
    },
    { name: 'a services section', config: services, env: () => ({}) },
    {
      name: 'variables before a services section',
      config: services.replaceAll('URL', nowhere),
      env: (url) => ({ AWS_ENDPOINT_URL: url }),
    },
    {
      name: 'endpoint_url of the profile that --profile names',
      config: `${services}\n[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\nendpoint_url = URL\n`,
      args: ['--profile', 'keys'],
      env: () => ({}),
    },
  ];

  test.each(CASES)('$name', async ({ config = '', args = [], env }) => {
    await at(answers, { config }, async (home, stub) => {
      const ran = await home.run(['list', ...MACHINE, ...args], { ...keys, ...env(stub.remoteUrl) });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(stub.operations()).toEqual(['ListExecutions']);
    });
  });

  test('--endpoint-url before all', async () => {
    await at(answers, {}, async (home, stub) => {
      const env = { ...keys, AWS_ENDPOINT_URL: nowhere, AWS_ENDPOINT_URL_SFN: nowhere };
      expect((await home.run(['list', ...MACHINE, '--endpoint-url', stub.url], env)).code).toBe(0);
      expect(stub.calls).toHaveLength(1);
    });
  });

  test.each([
    ['variables', '', (url: string) => ({ AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_SFN: url })],
    ['the configuration', services, () => ({})],
  ])('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS switches %s off; then AWS itself is meant', async (_name, config, env) => {
    await at({}, { config }, async (home, stub) => {
      const ran = await home.run(['list', ...MACHINE], {
        ...keys,
        ...env(stub.remoteUrl),
        ...withoutNetwork(home.folder),
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      });
      expect(ran.code).toBe(11);
      expect(ran.stderr).toContain(`cannot reach AWS: getaddrinfo ENOTFOUND states.${REGION}.amazonaws.com`);
      expect(stub.calls).toEqual([]);
    });
  });
});

/** A process that finds no host by name: nothing leaves this machine. */
function withoutNetwork(folder: string): Readonly<Record<string, string>> {
  const file = join(folder, 'no-network.cjs');
  writeFileSync(
    file,
    `const dns = require('dns');
    dns.lookup = (host, options, callback) => {
      const done = callback ?? options;
      const error = Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
      process.nextTick(() => done(error));
    };`,
  );
  return { NODE_OPTIONS: `--require ${file}` };
}
