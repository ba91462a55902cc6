import { Args, Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import { explainExecution } from '../lib/explain/explain-execution.js';
import { explainLines } from '../lib/report/explain-lines.js';
import { explainAnswer, type ExplainAnswer } from '../lib/report/explain-report.js';

export default class Explain extends OrdersCommand<ExplainAnswer> {
  static override summary = 'say why an order failed, on one screen';
  static override description = `The state, branch or item that really failed, its error and cause, what kind of failure it is, what the ledger holds of the order (stock, payment), the log lines of that attempt, whether a redrive helps and until when, and the next command.
What may not be read (tables, logs) is said and left out. An execution that did not fail is explained, too: where it stands, and what went wrong on the way. Personal data is masked unless --show-pii is given.`;
  static override examples = [
    { description: 'By the id of the order:', command: '<%= config.bin %> explain 1001' },
    {
      description: 'By ARN:',
      command: '<%= config.bin %> explain arn:aws:states:us-east-1:000000000000:execution:order-processing:order-1001',
    },
    {
      description: 'The state to look at, for a script:',
      command: "<%= config.bin %> explain 1001 --json | jq -r '.failure.stateName'",
    },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    'show-pii': Flags.boolean({ summary: 'do not mask personal data in causes and log lines' }),
  };

  override async run(): Promise<ExplainAnswer> {
    const { args, flags } = await this.parse(Explain);
    const environment = await this.environment();
    const calls = await executionCalls(environment);
    const found = await resolveExecution(calls, environment, args.order, flags.attempt);
    for (const remark of calls.expressLog.remarks.splice(0)) this.tell(this.clean(remark));
    const now = Date.now();
    const explanation = await explainExecution(environment, found, now);
    const answer = explainAnswer(environment, explanation, now, !flags['show-pii']);
    for (const line of explainLines(answer, now, { paint: this.paint, screen: this.screen })) this.line(line);
    return answer;
  }
}
