import { TERRAFORM_FLAGS, TerraformCommand } from '../lib/cli/terraform-command.js';
import { forgetDeployment } from '../lib/environment/aws-environment.js';
import { ApplyProgress } from '../lib/report/apply-progress.js';
import {
  changeTable,
  countsText,
  guardLines,
  planAnswer,
  runningText,
  stakeTable,
  stateLines,
  unfinishedText,
  type DestroyAnswer,
} from '../lib/report/deploy-report.js';
import { assertDeletable, dataAtStake } from '../lib/terraform/data-at-stake.js';
import type { EnvironmentDeployment, Planned } from '../lib/terraform/environment-deployment.js';
import { countSteps } from '../lib/terraform/plan.js';
import { runningDuring } from '../lib/terraform/running-executions.js';

export default class Destroy extends TerraformCommand<DestroyAnswer> {
  static override summary = 'remove an environment from AWS';
  static override description = `Shows what goes: tables and their items, running executions, unfinished orders; and removes it once the environment's name is typed, or given with --confirm. It applies a plan that it has shown, never anything else.
Tables with deletion protection are refused: orders deploy --var deletion_protection=false takes it off first.
What Terraform did not make stays: the secret with Stripe's key, and the state itself.`;
  static override examples = [
    { description: 'Look only:', command: '<%= config.bin %> destroy --env dev --plan' },
    { description: "Type the environment's name when asked:", command: '<%= config.bin %> destroy --env dev' },
    { description: 'In a pipeline:', command: '<%= config.bin %> destroy --env dev --confirm dev' },
  ];
  static override flags = TERRAFORM_FLAGS;

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<DestroyAnswer> {
    const { flags } = await this.parse(Destroy);
    const target = this.target(flags);
    return this.withTerraform(target, flags, async (work) => {
      for (const line of stateLines(work.backend)) this.tell(line);
      await this.during('preparing Terraform', () => work.init());
      const planned = await this.during('planning', () => work.plan('destroy'));
      const running = await runningDuring(planned, work.clients());
      const stake = await dataAtStake(planned, work.workflow, work.clients());
      const answer = {
        ...planAnswer(target.name, work, planned),
        ...(running === undefined ? {} : { running }),
        ...stake,
      };
      if (planned.plan.changes.length === 0) {
        this.line(`nothing to destroy: no resource of ${target.name} is in this state`);
        return { ...answer, verdict: 'nothing-there' };
      }
      await this.show(answer, planned);
      if (flags.plan) {
        this.tell('next: the same without --plan does it');
        return { ...answer, verdict: 'planned' };
      }
      assertDeletable(planned.plan.changes, target.name);
      const question = `Destroy ${target.name} (account ${planned.accountId}, ${planned.region})?`;
      await this.agreeByName(question, target.name, flags);
      await this.apply(work, planned);
      this.line(`destroyed: ${answer.changes.length} resources of ${target.name}`);
      return { ...answer, verdict: 'destroyed' };
    });
  }

  private async show(answer: Omit<DestroyAnswer, 'verdict'>, planned: Planned): Promise<void> {
    await this.table(changeTable(answer.changes, this.style));
    this.line(`\n${countsText(answer.counts)}, in account ${planned.accountId}, ${planned.region}`);
    for (const line of guardLines(answer.guarded)) this.line(this.paint('red', line));
    if (answer.tables.length > 0) {
      this.line();
      await this.table(stakeTable(answer.tables));
      this.line("items and bytes are DynamoDB's own count, up to six hours old");
    }
    if (answer.running !== undefined) this.line(runningText(answer.running, planned));
    if (answer.tables.length > 0) this.line(unfinishedText(answer.unfinished));
  }

  private async apply(work: EnvironmentDeployment, planned: Planned): Promise<void> {
    const progress = this.progress('destroying');
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
      forgetDeployment(work.environment, 'all');
    }
  }
}
