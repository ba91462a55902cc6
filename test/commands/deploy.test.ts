import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  AWS,
  DOCUMENT,
  PLAN_FIELDS,
  recorded,
  recording,
  runWithFake,
  type FakeScript,
  type Turn,
} from '../terraform/fake.js';
import { runOrders } from '../support/run-orders.js';
import { lines } from './fixed.js';

const scratch = mkdtempSync(join(tmpdir(), 'orders-deploy-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;
const newFolder = (): string => join(scratch, String((count += 1)));

describe('orders deploy', () => {
  it('shows the plan, applies it, and says what a start runs now', async () => {
    const { stdout, stderr, code, calls, asked } = await runWithFake(['deploy', '--yes'], {
      script: { commands: recorded('create') },
    });
    expect(stdout).toBe(
      lines(
        'Change  Resource        Name',
        'add     machine alias   live',
        'add     state machine   orders',
        'add     terraform data  charge-payment, validate-order',
        '',
        '4 to add, 0 to change, 0 to replace, 0 to destroy, in account 000000000000, us-east-1',
        'deployed: 4 added, 0 changed, 0 replaced, 0 destroyed',
        'starts run version 3 (alias live); AWS may take some seconds until every start does',
      ),
    );
    expect(stderr.split('\n').slice(4)).toEqual([
      'added terraform data charge-payment',
      'added terraform data validate-order',
      'added state machine orders',
      'added machine alias live',
      'next: orders start --env dev --file order.json --wait',
      '',
    ]);
    expect(code).toBe(0);
    expect(calls.map(({ command }) => command)).toEqual(['init', 'plan', 'show', 'apply', 'output']);
    // Nothing runs in an environment that is new.
    expect(asked).toEqual([
      'GetCallerIdentity',
      'GetParameter',
      'DescribeStateMachineAlias',
      'DescribeStateMachine',
      'DescribeStateMachine',
    ]);
  });

  it('is a success that is said when there is nothing to do', async () => {
    const { stdout, code, calls } = await runWithFake(['deploy', '--yes'], {
      script: { commands: recorded('unchanged') },
    });
    expect(stdout).toBe('no changes: dev in us-east-1, account 000000000000, is up to date\n');
    expect(code).toBe(0);
    expect(calls.map(({ command }) => command)).toEqual(['init', 'plan', 'show']);
  });

  it('says how many executions run before the machine changes, and stops there with --plan', async () => {
    const { stdout, code, calls } = await runWithFake(['deploy', '--plan'], {
      script: { commands: recorded('update') },
    });
    expect(stdout).toContain('change  state machine   orders                          definition, revision_id, ');
    expect(stdout).toContain('2 executions are running: they go on with the definition they began with\n');
    expect(code).toBe(0);
    expect(calls.map(({ command }) => command)).toEqual(['init', 'plan', 'show']);
  });

  it('does not count what it may not list, and goes on', async () => {
    const { stdout, code } = await runWithFake(['deploy', '--plan'], {
      script: { commands: recorded('update') },
      aws: { ...AWS, ListExecutions: { fault: 'AccessDeniedException' } },
    });
    expect(stdout).toContain(
      'how many executions run cannot be told: they go on with the definition they began with\n',
    );
    expect(code).toBe(0);
  });

  it.each([
    [['--yes'], 2, 'cannot ask "Deploy to dev (account 000000000000, us-east-1)?" here\n  answer with --confirm dev\n'],
    [['--confirm', 'prod'], 2, '--confirm prod is not the name of environment dev\n'],
    [['--confirm', 'dev'], 15, 'Terraform apply failed: updating AWS SFN'],
  ])('asks for the name before the machine is made anew: %j', async (flags, exit, said) => {
    const { stderr, code } = await runWithFake(['deploy', ...flags], { script: { commands: recorded('replace') } });
    expect(stderr).toContain(said);
    expect(code).toBe(exit);
  });

  it('tells what is lost with the machine', async () => {
    const { stdout } = await runWithFake(['deploy', '--plan'], { script: { commands: recorded('replace') } });
    expect(stdout).toMatch(/^replace +state machine +orders +type$/m);
    expect(stdout).toContain('2 executions are running: they end with the machine\n');
    expect(stdout).toContain(
      'replace state machine orders: its running executions end and their histories are forgotten\n',
    );
  });

  it('is one object under --json', async () => {
    const { stdout, code } = await runWithFake(['deploy', '--yes', '--json'], {
      script: { commands: recorded('create') },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      environment: 'dev',
      verdict: 'deployed',
      region: 'us-east-1',
      accountId: '000000000000',
      terraform: { product: 'Terraform', version: '1.11.4' },
      state: { backend: 'local' },
      counts: { added: 4, changed: 0, destroyed: 0, replaced: 0 },
      deployment: DOCUMENT,
      published: true,
      alias: { version: '3', current: true },
    });
    // As docs/json.md has them.
    expect(Object.keys(JSON.parse(stdout) as object).sort()).toEqual(
      [...PLAN_FIELDS, 'alias', 'deployment', 'functions', 'published'].sort(),
    );
    expect(code).toBe(0);
  });

  it('says that it does not ask under --json', async () => {
    const { stdout, code } = await runWithFake(['deploy', '--json'], { script: { commands: recorded('update') } });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 2,
        name: 'usage',
        message: 'cannot ask "Deploy to dev (account 000000000000, us-east-1)?" here',
        suggestions: ['answer with --yes'],
      },
    });
    expect(code).toBe(2);
  });

  it('tells when starts do not run the new version yet', async () => {
    let revision = 0;
    const { stdout, code } = await runWithFake(['deploy', '--yes'], {
      script: { commands: recorded('update') },
      aws: { ...AWS, DescribeStateMachine: () => ({ status: 'ACTIVE', revisionId: `r${(revision += 1)}` }) },
    });
    expect(stdout).toContain('starts do not run the new version yet: alias live points to version 3;');
    expect(code).toBe(0);
  });
});

describe('orders deploy and its surroundings', () => {
  it('takes away what would turn a plan into something else', async () => {
    const { calls, code } = await runWithFake(['deploy', '--yes'], {
      script: { commands: recorded('create') },
      env: {
        TF_CLI_ARGS: '-lock=false',
        TF_CLI_ARGS_plan: '-destroy',
        TF_CLI_ARGS_apply: '-destroy',
        TF_VAR_environment: 'prod',
        TF_WORKSPACE: 'other',
        TF_LOG: 'trace',
        TF_LOG_PATH: '/tmp/secrets',
        TF_DATA_DIR: '/tmp/elsewhere',
        TF_CLI_CONFIG_FILE: '/etc/terraform.rc',
        TF_PLUGIN_CACHE_DIR: '/var/cache/terraform',
        HTTPS_PROXY: 'http://proxy:3128',
        AWS_SESSION_TOKEN: 'token',
      },
    });
    expect(code).toBe(0);
    for (const { env, chdir } of calls) {
      expect(env).toEqual({
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_CONFIG_FILE: expect.any(String) as string,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: expect.any(String) as string,
        AWS_REGION: 'us-east-1',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        AWS_SECRET_ACCESS_KEY: 'example',
        AWS_SESSION_TOKEN: 'token',
        AWS_SHARED_CREDENTIALS_FILE: expect.any(String) as string,
        CHECKPOINT_DISABLE: '1',
        HTTPS_PROXY: 'http://proxy:3128',
        TF_CLI_CONFIG_FILE: '/etc/terraform.rc',
        TF_DATA_DIR: join(chdir, '..', 'terraform-data'),
        TF_INPUT: '0',
        TF_IN_AUTOMATION: '1',
        TF_PLUGIN_CACHE_DIR: '/var/cache/terraform',
      });
    }
  });

  it('leaves no plan behind, and nobody else reads it meanwhile', async () => {
    const folder = newFolder();
    for (const [run, exit] of [
      ['create', 0],
      ['replace', 15],
    ] as const) {
      const { calls, code } = await runWithFake(['deploy', '--yes', '--confirm', 'dev'], {
        script: { commands: recorded(run) },
        folder,
      });
      expect(code).toBe(exit);
      expect(calls.find(({ command }) => command === 'plan')?.modes).toEqual({ plan: '600', folder: '700' });
      expect(calls.find(({ command }) => command === 'apply')?.modes).toEqual({ plan: '600', folder: '700' });
      expect(readdirSync(join(folder, 'deployments', 'dev'))).toEqual(['module']);
    }
  });

  it('hands region, profile and endpoint on to the provider', async () => {
    const { calls } = await runWithFake(['deploy', '--plan', '--region', 'eu-west-1'], {
      script: { commands: recorded('create') },
    });
    expect(calls[1]?.env['AWS_REGION']).toBe('eu-west-1');
    expect(calls[1]?.args.slice(-2)).toEqual(['-var', 'region=eu-west-1']);
  });

  it('orders variables so that the later wins, and keeps its own', async () => {
    const cwd = newFolder();
    mkdirSync(join(cwd, 'infra', 'environments'), { recursive: true });
    writeFileSync(join(cwd, 'infra', 'environments', 'dev.tfvars'), '');
    writeFileSync(join(cwd, 'more.tfvars'), '');
    const { calls, stdout } = await runWithFake(
      ['deploy', '--plan', '--json', '--var', 'tracing=false', '--var-file', 'more.tfvars', '--var', 'tags={a="b=c"}'],
      { script: { commands: recorded('create') }, cwd },
    );
    const plan = calls[1]?.args ?? [];
    expect(plan.slice(5)).toEqual([
      `-var-file=${join(cwd, 'infra/environments/dev.tfvars')}`,
      `-var-file=${join(cwd, 'more.tfvars')}`,
      ...['-var', 'tracing=false', '-var', 'tags={a="b=c"}'],
      ...['-var', 'environment=dev', '-var', 'functions_folder=functions', '-var', 'workflow_folder=workflow'],
    ]);
    expect((JSON.parse(stdout) as { variableFiles: string[] }).variableFiles).toHaveLength(2);
  });

  it('keeps the state where a backend file says', async () => {
    const cwd = newFolder();
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'team.gcs.tfbackend'), '');
    const { calls, stderr } = await runWithFake(['deploy', '--plan', '--backend-config', 'team.gcs.tfbackend'], {
      script: { commands: recorded('create') },
      cwd,
    });
    expect(stderr).toContain(`state: gcs, by ${join(cwd, 'team.gcs.tfbackend')}\n`);
    expect(calls[0]?.module.backend).toEqual({ terraform: { backend: { gcs: {} } } });
    expect(calls[0]?.args.at(-1)).toBe(`-backend-config=${join(cwd, 'team.gcs.tfbackend')}`);
  });

  it('does not forget a state of this machine for a remote one', async () => {
    const folder = newFolder();
    const work = join(folder, 'deployments', 'dev');
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'terraform.tfstate'), '{"resources":[{}]}');
    const cwd = newFolder();
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'dev.s3.tfbackend'), '');
    const script = { commands: recorded('create') };
    const args = ['deploy', '--plan', '--backend-config', 'dev.s3.tfbackend'];
    const refused = await runWithFake(args, { script, folder, cwd });
    expect(refused.stderr).toContain(`this environment has its state on this machine until now: ${work}`);
    expect([refused.code, refused.calls]).toEqual([2, []]);
    const moved = await runWithFake([...args, '--migrate-state'], { script, folder, cwd });
    expect(moved.calls[0]?.args).toContain('-migrate-state');
  });
});

describe('orders deploy refuses', () => {
  it.each([
    [['deploy', '--env', 'local'], 'the local environment is built in: there is nothing to deploy or destroy'],
    [['deploy', '--env', 'Prod'], 'environment Prod cannot be deployed: a name is 2 to 20 of a-z, 0-9 and -'],
    [['deploy', '--env', '../x'], 'environment ../x cannot be deployed'],
    [['deploy', '--var', 'tracing'], 'not a variable: --var tracing'],
    [['deploy', '--var', 'environment=prod'], 'variable environment is not set with --var'],
    [['deploy', '--var-file', 'none.tfvars'], 'there is no file of variables none.tfvars'],
    [['deploy', '--backend-config', 'none'], 'there is no backend file none'],
    [['deploy', '--drift', '--yes'], '--yes and --drift exclude each other'],
  ])('%j', async (args, message) => {
    const { stderr, code, calls } = await runWithFake(args, { script: { commands: {} } });
    expect(stderr).toContain(message);
    expect([code, calls]).toEqual([2, []]);
  });

  it('to guess a region, but takes the one that a file of variables names', async () => {
    const env = { AWS_REGION: '', AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
    const nowhere = await runWithFake(['deploy', '--plan'], { script: { commands: {} }, env });
    expect(nowhere.stderr).toContain(
      'Error: no AWS region is set\n  set it with --region, AWS_REGION or in the profile',
    );
    expect([nowhere.code, nowhere.calls]).toEqual([2, []]);
    const cwd = newFolder();
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'more.tfvars'), '# where\nregion = "us-east-1"\n');
    const script = { commands: recorded('create') };
    const file = await runWithFake(['deploy', '--plan', '--var-file', 'more.tfvars'], { script, env, cwd });
    expect([file.code, file.calls.length]).toEqual([0, 3]);
    const given = await runWithFake(['deploy', '--plan', '--var', 'region=us-east-1'], { script, env });
    expect(given.code).toBe(0);
  });

  it('another account than the one the environment is in', async () => {
    const { stderr, code, calls } = await runWithFake(['deploy', '--yes'], {
      script: { commands: recorded('update') },
      aws: { ...AWS, GetCallerIdentity: () => ({ Account: '111122223333', Arn: 'arn', UserId: 'x' }) },
    });
    expect(stderr).toContain('environment dev is in account 000000000000, not in 111122223333\n');
    expect(code).toBe(10);
    expect(calls.map(({ command }) => command)).toEqual(['init', 'plan', 'show']);
  });

  it('to go on without a binary, or with one that is too old or something else', async () => {
    const none = await runOrders(['deploy', '--env', 'dev'], { env: { PATH: '/nowhere' } });
    expect(none.stderr).toContain('neither terraform nor tofu is on the PATH\n  install Terraform');
    expect(none.code).toBe(15);
    const old = await runWithFake(['deploy'], { script: { version: '1.5.7', commands: {} } });
    expect(old.stderr).toContain('Terraform 1.5.7 is too old, 1.11.0 is needed: ');
    expect(old.code).toBe(15);
    const other = await runWithFake(['deploy'], {
      script: { commands: {} },
      env: { ORDERS_TERRAFORM_BIN: '/bin/echo' },
    });
    expect(other.stderr).toContain('/bin/echo is neither Terraform nor OpenTofu');
    const gone = await runWithFake(['deploy'], { script: { commands: {} }, env: { ORDERS_TERRAFORM_BIN: 'no-such' } });
    expect(gone.stderr).toContain('ORDERS_TERRAFORM_BIN names no program: no-such\n');
    expect([other.code, gone.code]).toEqual([15, 15]);
  });
});

describe('orders deploy, when Terraform fails', () => {
  const failing = (command: string, detail: string, summary = 'Something is wrong'): { script: FakeScript } => ({
    script: {
      commands: {
        ...recorded('update'),
        [command]: {
          code: 1,
          lines: [
            { '@level': 'info', type: 'version', ui: '1.2' },
            {
              '@level': 'error',
              type: 'diagnostic',
              diagnostic: { severity: 'error', summary, detail, address: 'aws_sfn_state_machine.orders' },
            },
            {
              '@level': 'error',
              type: 'diagnostic',
              diagnostic: { severity: 'error', summary: 'execution halted', detail: '' },
            },
          ],
        },
      },
    },
  });

  it('passes its diagnostics on, without control characters', async () => {
    const { stderr, code } = await runWithFake(['deploy', '--yes'], failing('plan', 'first \u001b[31mred\nsecond'));
    expect(stderr).toContain(
      'Error: Terraform plan failed: Something is wrong (aws_sfn_state_machine.orders)\nfirst \\x1b[31mred\nsecond\n',
    );
    expect(stderr).not.toContain('halted');
    expect(code).toBe(15);
  });

  it('says who holds the lock', async () => {
    const detail =
      'Error message: resource temporarily unavailable\nLock Info:\n  ID:        3e4c572d\n  Path:      terraform.tfstate\n' +
      '  Operation: OperationTypeApply\n  Who:       ann@build\n  Version:   1.11.4\n  Created:   2020-01-01 16:42:35.73 +0000 UTC\n  Info:      \n\n\nTerraform acquires';
    const { stderr, code } = await runWithFake(
      ['deploy', '--yes'],
      failing('plan', detail, 'Error acquiring the state lock'),
    );
    expect(stderr).toMatch(/the state is locked by ann@build for apply, since \d+ days\n/);
    expect(stderr).toContain('force-unlock 3e4c572d');
    expect(code).toBe(15);
  });

  it('shows what it said before it spoke JSON', async () => {
    const script = {
      commands: { ...recorded('create'), init: { code: 1, stderr: 'cannot load the CLI configuration\n' } },
    };
    const { stderr, code } = await runWithFake(['deploy'], { script });
    expect(stderr).toContain('Terraform init failed: cannot load the CLI configuration\n');
    expect(code).toBe(15);
  });

  it('does not apply a plan of another version', async () => {
    const script = { version: '1.12.0', commands: recorded('create') };
    const { stderr, code, calls } = await runWithFake(['deploy', '--yes'], { script });
    expect(stderr).toContain('the plan is of 1.11.4, ');
    expect(code).toBe(15);
    expect(calls.map(({ command }) => command)).not.toContain('apply');
  });
});

describe('orders deploy --drift', () => {
  it('exits 13 and shows what was changed behind its back', async () => {
    const document = JSON.parse(readRecording('update.show.json')) as { resource_changes: object[] };
    const drift = { ...document, resource_changes: [], output_changes: {}, resource_drift: document.resource_changes };
    const script = { commands: { ...recorded('unchanged'), show: { text: JSON.stringify(drift) } } };
    const { stdout, code, calls } = await runWithFake(['deploy', '--drift'], { script });
    expect(stdout).toMatch(/^change +state machine +orders +definition/m);
    expect(stdout).toContain('changed since the last deploy, not by it\n');
    expect(calls[1]?.args).toContain('-refresh-only');
    expect(code).toBe(13);
  });

  it('tells it from changes that a deploy would make', async () => {
    const { stdout, code } = await runWithFake(['deploy', '--drift', '--json'], {
      script: { commands: recorded('unchanged') },
    });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'no-drift', changes: [] });
    expect(code).toBe(0);
  });
});

describe('orders deploy, interrupted', () => {
  const started = {
    type: 'apply_start',
    hook: { resource: { addr: 'aws_sfn_state_machine.orders' }, action: 'create' },
  };
  const done = (addr: string): object => ({
    type: 'apply_complete',
    hook: { resource: { addr }, action: 'create', elapsed_seconds: 2 },
  });
  const hanging = (stubborn?: readonly object[]): Turn => ({
    hangs: true,
    ...(stubborn === undefined ? {} : { stubborn }),
    lines: [started, done('aws_sfn_alias.live')],
    after: [{ type: 'diagnostic', diagnostic: { severity: 'error', summary: 'execution halted', detail: '' } }],
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('%s stops Terraform once, and its state is saved', async (signal, exit) => {
    const folder = newFolder();
    let sent = false;
    const { stderr, code, interrupts } = await runWithFake(['deploy', '--yes'], {
      script: { commands: { ...recorded('create'), apply: hanging() } },
      folder,
      onOutput: (output, kill) => {
        if (sent || !output.stderr.includes('added machine alias live (2s)')) return;
        sent = true;
        kill(signal);
      },
    });
    expect(stderr).toContain('stopping: Terraform ends what is under way and saves its state');
    expect(stderr).toContain('Terraform apply was stopped in order: what is done is done and in the state\n');
    expect([code, interrupts]).toEqual([exit, 1]);
    expect(readdirSync(join(folder, 'deployments', 'dev'))).toEqual(['module', 'terraform.tfstate']);
  });

  it('says after a second signal that a third ends it by force', async () => {
    let signals = 0;
    const { stderr, code, interrupts } = await runWithFake(['deploy', '--yes'], {
      script: { commands: { ...recorded('create'), apply: hanging([done('aws_sns_topic.ops')]) } },
      onOutput: (output, kill) => {
        const due = ['added machine alias live', 'added topic ops', 'still stopping; one more'];
        if (signals < 3 && output.stderr.includes(due[signals] ?? '')) {
          signals += 1;
          kill('SIGINT');
        }
      },
    });
    expect(stderr).toContain('Terraform apply was ended by force: its state may not know all that it did\n');
    expect([code, interrupts]).toEqual([130, 2]);
  });

  it('refuses to work beside itself', async () => {
    const folder = newFolder();
    const work = join(folder, 'deployments', 'dev');
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'lock'), JSON.stringify([process.pid]));
    const { stderr, code } = await runWithFake(['deploy', '--yes'], { script: { commands: {} }, folder });
    expect(stderr).toContain(`another orders works on environment dev here: process ${process.pid}\n`);
    expect(code).toBe(8);
    // One that was killed does not hold anything up, and its plan does not stay.
    writeFileSync(join(work, 'lock'), JSON.stringify([999_999_999]));
    mkdirSync(join(work, 'run-killed'));
    const later = await runWithFake(['deploy', '--plan'], { script: { commands: recorded('create') }, folder });
    expect(later.code).toBe(0);
    expect(existsSync(join(work, 'run-killed'))).toBe(false);
  });
});

function readRecording(name: string): string {
  return readFileSync(recording(name), 'utf8');
}
