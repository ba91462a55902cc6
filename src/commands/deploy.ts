import { Flags } from '@oclif/core';
import { PATIENCE, TERRAFORM_FLAGS, TerraformCommand } from '../lib/cli/terraform-command.js';
import { forgetDeployment } from '../lib/environment/aws-environment.js';
import { ApplyProgress } from '../lib/report/apply-progress.js';
import {
  aliasText,
  changeTable,
  countsText,
  guardLines,
  planAnswer,
  runningText,
  stateLines,
  type DeployAnswer,
} from '../lib/report/deploy-report.js';
import type { EnvironmentDeployment, Planned } from '../lib/terraform/environment-deployment.js';
import { countSteps, doesNothing } from '../lib/terraform/plan.js';
import { runningDuring } from '../lib/terraform/running-executions.js';
import { aliasVerdict, isPublished } from '../lib/terraform/verify-deployment.js';

export default class Deploy extends TerraformCommand<DeployAnswer> {
  static override summary = 'bring an environment on AWS to what this package holds';
  static override description = `Packs the functions, plans with Terraform or OpenTofu (on the PATH, or named by ORDERS_TERRAFORM_BIN), shows what would be added, changed, replaced and destroyed, asks, and applies exactly that plan.
What cannot be undone needs the environment's name: deleting tables, keys, queues or log groups, or making the state machine anew. Exit 15 when Terraform fails; --drift exits 13 when something was changed behind its back.
Variables come from infra/environments/<env>.tfvars, --var-file and --var; see docs/deploy.md.`;
  static override examples = [
    { description: 'Look only:', command: '<%= config.bin %> deploy --env dev --plan' },
    {
      description: 'Deploy, and answer the question:',
      command: '<%= config.bin %> deploy --env dev --var log_retention_days=7',
    },
    {
      description: 'In a pipeline; infra/environments/prod.s3.tfbackend says where the state is:',
      command: '<%= config.bin %> deploy --env prod --yes',
    },
    { description: 'Has somebody changed something by hand?', command: '<%= config.bin %> deploy --env prod --drift' },
  ];
  static override flags = {
    ...TERRAFORM_FLAGS,
    yes: Flags.boolean({ char: 'y', summary: 'do not ask, unless something cannot be undone' }),
    drift: Flags.boolean({
      summary: 'only look whether AWS still is what the last deploy left (exit 13 if not)',
      exclusive: ['plan', 'yes', 'confirm'],
    }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<DeployAnswer> {
    const { flags } = await this.parse(Deploy);
    const target = this.target(flags);
    return this.withTerraform(target, flags, async (work) => {
      this.tell(`${work.binary.product} ${work.binary.version}: ${this.clean(work.binary.path)}`);
      for (const line of stateLines(work.backend)) this.tell(line);
      await this.during('preparing Terraform', () => work.init());
      if (flags.drift) return this.drift(target.name, work);
      const planned = await this.during('planning', () => work.plan('deploy'));
      const running = await runningDuring(planned, work.clients());
      const answer = {
        ...planAnswer(target.name, work, planned),
        ...(running === undefined ? {} : { running }),
        functions: work.archives.map(({ file: _, ...archive }) => archive),
      };
      if (doesNothing(planned.plan)) {
        this.line(`no changes: ${target.name} in ${planned.region}, account ${planned.accountId}, is up to date`);
        return { ...answer, verdict: 'no-changes' };
      }
      await this.show(answer, planned);
      if (flags.plan) {
        this.tell('next: the same without --plan does it');
        return { ...answer, verdict: 'planned' };
      }
      const question = `Deploy to ${target.name} (account ${planned.accountId}, ${planned.region})?`;
      if (answer.guarded.length > 0) await this.agreeByName(question, target.name, flags);
      else if (!flags.yes && flags.confirm === undefined) await this.confirm(question, { flag: '--yes' });
      await this.apply(work, planned);
      return { ...answer, verdict: 'deployed', ...(await this.conclude(work, planned)) };
    });
  }

  private async show(answer: Omit<DeployAnswer, 'verdict'>, planned: Planned): Promise<void> {
    if (answer.changes.length > 0) await this.table(changeTable(answer.changes, this.style));
    else this.line(`only outputs change: ${this.clean(planned.plan.outputs.join(', '))}`);
    this.line(`\n${countsText(answer.counts)}, in account ${planned.accountId}, ${planned.region}`);
    if (answer.running !== undefined) this.line(runningText(answer.running, planned));
    for (const line of guardLines(answer.guarded)) this.line(this.paint('red', line));
  }

  private async apply(work: EnvironmentDeployment, planned: Planned): Promise<void> {
    const progress = this.progress('applying');
    const voice = {
      tell: (text: string) => this.tell(text),
      update: (text: string) => progress.update(text),
    };
    const applying = new ApplyProgress(countSteps(planned.plan.changes), voice);
    this.onMessage = (message) => applying.take(message);
    try {
      await work.apply(planned);
    } finally {
      progress.stop();
      forgetDeployment(work.environment, 'document');
    }
  }

  /** What others see now: the published document, and what a start would run. */
  private async conclude(
    work: EnvironmentDeployment,
    planned: Planned,
  ): Promise<Pick<DeployAnswer, 'deployment' | 'published' | 'alias'>> {
    const deployment = await work.deployment();
    const clients = work.clients();
    const published = await isPublished(await clients.ssm(), deployment, PATIENCE);
    const alias = await aliasVerdict(await clients.sfn(), deployment, PATIENCE);
    const { added, changed, replaced, destroyed } = planAnswer(deployment.environment, work, planned).counts;
    this.line(`deployed: ${added} added, ${changed} changed, ${replaced} replaced, ${destroyed} destroyed`);
    const starts = aliasText(alias, planned);
    if (starts !== undefined) this.line(this.clean(starts));
    if (!published) this.tell('the published document cannot be read yet: other commands may not find the environment');
    this.tell(`next: orders start --env ${deployment.environment} --file order.json --wait`);
    return { deployment, published, ...(alias === undefined ? {} : { alias }) };
  }

  private async drift(name: string, work: EnvironmentDeployment): Promise<DeployAnswer> {
    const planned = await this.during('looking for drift', () => work.plan('refresh'));
    const { drift } = planned.plan;
    const answer = { ...planAnswer(name, work, planned, drift), guarded: [], functions: [] };
    if (drift.length === 0) {
      this.line(`no drift: ${name} is as it was deployed`);
      return { ...answer, verdict: 'no-drift' };
    }
    await this.table(changeTable(drift, this.style));
    this.line(`\n${drift.length} changed since the last deploy, not by it`);
    this.tell('next: orders deploy shows what it would set right');
    this.exitWith('checkFailed');
    return { ...answer, verdict: 'drift' };
  }
}
