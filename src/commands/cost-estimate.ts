import { COST_FLAGS } from '../lib/cli/cost-flags.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { costCurve, type CostCurve } from '../lib/pricing/cost-curve.js';
import { compareDefinitions, costOf, type Cost } from '../lib/pricing/cost.js';
import { findPrices } from '../lib/pricing/find-prices.js';
import { measureOrders, measureWish, type Measured, type MeasureWish } from '../lib/pricing/measure-orders.js';
import { placeOf, pricePlace } from '../lib/pricing/price-place.js';
import { parseQuestion } from '../lib/pricing/question.js';
import { readSyncResults } from '../lib/pricing/sync-results.js';
import { assertNamedStates, readWorkflowDefinition } from '../lib/pricing/workflow-definition.js';
import { costAnswer, type CostAnswer } from '../lib/report/cost-answer.js';
import { chartLines, chartWidth } from '../lib/report/cost-chart.js';
import {
  basisLines,
  comparisonTable,
  costTable,
  costTitle,
  costWarnings,
  DIFFERENCES,
  verdictLines,
} from '../lib/report/cost-report.js';

export default class CostEstimate extends OrdersCommand<CostAnswer> {
  static override summary = 'estimate what orders cost, as Standard and as Express';
  static override description = `Usage comes from given numbers, else from real orders, else from the definition; what is not given is assumed, and said.
Prices come from the AWS Price List where there are credentials (kept for a day), else from a table inside; the source is always named. docs/cost.md has the formulas.`;
  static override aliases = ['cost'];
  static override examples = [
    { description: 'A month of orders, both types:', command: '<%= config.bin %> cost --executions 1M' },
    { description: 'One type:', command: '<%= config.bin %> cost --executions 1M --type express' },
    { description: 'What did this order cost?', command: '<%= config.bin %> cost --from 1001' },
    {
      description: "What would last week's orders cost on Express?",
      command: '<%= config.bin %> cost --since 7d --type express',
    },
    {
      description: 'With Lambda, DynamoDB, messages, logs and traces:',
      command: '<%= config.bin %> cost-estimate --executions 10K --items 5 --retry-rate 1% --whole',
    },
    {
      description: 'In a pipeline (exit 13 above the budget):',
      command: '<%= config.bin %> cost-estimate --executions 1M --type standard --budget 400 --prices embedded --json',
    },
  ];
  static override flags = COST_FLAGS;

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<CostAnswer> {
    const { flags } = await this.parse(CostEstimate);
    const now = Date.now();
    const question = parseQuestion(flags);
    const wish = measureWish(flags, now);
    const definition = readWorkflowDefinition(flags.definition);
    const other = flags.compare === undefined ? undefined : readWorkflowDefinition(flags.compare);
    assertNamedStates([definition, ...(other === undefined ? [] : [other])], question.rates);
    const billed = readSyncResults(flags['sync-result']);
    const endpoints = { endpointUrl: flags['endpoint-url'], stateMachineArn: flags['state-machine-arn'] };
    const flagged = pricePlace({ ...flags, ...endpoints }, process.env, process.cwd());

    const measured = wish === undefined ? undefined : await this.measure(wish);
    const place = measured === undefined ? flagged : placeOf(flagged, await this.environment());
    const book = await findPrices({ ...place, mode: flags.prices, env: process.env, now });
    const cost = costOf(question, { definition, measured, billed, regionAssumed: place.assumed }, book);
    const comparison = other === undefined ? undefined : compareDefinitions(question, definition, other, book);

    await this.show(cost, measured, flags.chart);
    if (comparison !== undefined) await this.table(comparisonTable(comparison));
    const warnings = costWarnings(cost, measured);
    for (const warning of warnings) this.tell(`warning: ${warning}`);
    for (const type of cost.overBudget) this.tell(`above the budget of ${flags.budget ?? ''} USD: ${type}`);
    if (cost.overBudget.length > 0) this.exitWith('checkFailed');
    return costAnswer(cost, question, { measured, comparison, warnings });
  }

  private async measure(wish: MeasureWish): Promise<Measured> {
    const progress = this.progress('reading executions');
    const onProgress = (read: number, all: number): void => progress.update(`reading executions: ${read} of ${all}`);
    try {
      return await measureOrders(await this.environment(), { ...wish, onProgress });
    } finally {
      progress.stop();
    }
  }

  private async show(
    cost: Cost,
    measured: Measured | undefined,
    chart: CostCurve['axis'] | 'none' | undefined,
  ): Promise<void> {
    if (this.jsonEnabled()) return;
    this.line(costTitle(cost, this.style));
    await this.table(costTable(cost, this.style));
    for (const line of verdictLines(cost)) this.line(line);
    const axis = chart ?? (this.screen.terminal ? 'duration' : 'none');
    const both = cost.standard !== undefined && cost.express !== undefined;
    const curve = axis === 'none' || !(both || chart) ? undefined : costCurve(cost, axis, chartWidth(this.style));
    if (curve !== undefined) this.line(`\n${chartLines(curve, this.style).join('\n')}`);
    this.line();
    for (const line of basisLines(cost, measured, this.style)) this.line(line);
    if (!both) return;
    this.line();
    for (const line of DIFFERENCES) this.line(line);
  }
}
