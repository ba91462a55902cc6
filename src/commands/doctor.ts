import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { isHealthy } from '../lib/doctor/check.js';
import { examineEnvironment, examineMachine, type ExaminationSettings } from '../lib/doctor/examination.js';
import { dataFolder } from '../lib/environment/data-folder.js';
import { openEnvironment } from '../lib/environment/open.js';
import { packageRoot } from '../lib/environment/package-root.js';
import { checkLine, healthText, type DoctorAnswer } from '../lib/report/doctor-report.js';

export default class Doctor extends OrdersCommand<DoctorAnswer> {
  static override summary = 'find what is missing before something fails';
  static override description = `One line a check, and what to do where something is wrong: Node, the data folder, the local store, Terraform; then the environment: credentials and account, the published document, and one cheap read of everything the other commands rely on.
It changes nothing. Exit 13 when something is missing; what only some commands need is a warning.`;
  static override examples = [
    { description: 'This machine and the local environment:', command: '<%= config.bin %> doctor' },
    { description: 'An environment on AWS:', command: '<%= config.bin %> doctor --env prod' },
    { description: 'In a pipeline:', command: '<%= config.bin %> doctor --env prod --json' },
  ];

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<DoctorAnswer> {
    const { flags } = await this.parse(Doctor);
    const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
      readonly engines: { readonly node: string };
    };
    let name = flags.env ?? process.env['ORDERS_ENV'] ?? 'local';
    const settings: ExaminationSettings = {
      env: process.env,
      nodeVersion: process.version,
      oldestNode: engines.node.replace(/^\D+/u, ''),
      dataFolder: dataFolder(process.env),
      pid: process.pid,
      open: async () => {
        const named = {
          ...flags,
          endpointUrl: flags['endpoint-url'],
          stateMachineArn: flags['state-machine-arn'],
        };
        const environment = await openEnvironment(named, process.env, process.cwd(), { mayBeUnpublished: true });
        name = environment.name;
        return environment;
      },
      openLocal: () => openEnvironment({ env: 'local' }, withoutMachine(process.env)),
    };
    const checks = [
      ...(await this.examining('this machine', () => examineMachine(settings))),
      ...(await this.examining('the environment', () => examineEnvironment(settings))),
    ];
    for (const check of checks) this.line(checkLine(check, this.style));
    this.line(healthText(checks));
    const ok = isHealthy(checks);
    if (!ok) this.exitWith('checkFailed');
    return { environment: name, checks, ok };
  }

  private async examining<T>(what: string, look: () => Promise<T>): Promise<T> {
    const progress = this.progress(`examining ${what}`);
    try {
      return await look();
    } finally {
      progress.stop();
    }
  }
}

/** The local store is looked at whatever machine is named for the environment. */
function withoutMachine(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, ORDERS_ENV: undefined, ORDER_STATE_MACHINE_ARN: undefined };
}
