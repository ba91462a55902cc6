import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { Failure } from '../lib/cli/failure.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { machineOf } from '../lib/environment/environment.js';
import { definitionOf } from '../lib/execution/definition-of.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { historyEvents } from '../lib/execution/read-history.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import { executionMarks } from '../lib/graph/execution-marks.js';
import { readDefinitionFile } from '../lib/graph/read-definition-file.js';
import { readGraph } from '../lib/graph/read-graph.js';
import { readHistory } from '../lib/history/history-reader.js';
import { graphLines } from '../lib/report/graph-lines.js';
import {
  drawPicture,
  GRAPH_FORMATS,
  picture,
  stateAnswers,
  type GraphAnswer,
  type GraphFormat,
} from '../lib/report/graph-report.js';

const BY_EXTENSION: Readonly<Record<string, GraphFormat>> = {
  '.svg': 'svg',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.dot': 'dot',
  '.gv': 'dot',
};

type Source = Pick<GraphAnswer, 'environment' | 'stateMachineArn' | 'file' | 'executionArn' | 'orderId' | 'status'>;

export default class Graph extends OrdersCommand<GraphAnswer> {
  static override summary = 'show the workflow as a picture';
  static override description = `The states and where they lead, Parallel and Map around what they hold. With an order the picture is that of the definition its execution runs, and shows what became of each state, in words as well as in colour.
--format svg, mermaid and dot give a picture to look at elsewhere; without --format the ending of --output decides.`;
  static override examples = [
    { description: 'The definition of the environment:', command: '<%= config.bin %> graph' },
    { description: 'What an order went through:', command: '<%= config.bin %> graph 1001' },
    { description: 'As a picture in a file:', command: '<%= config.bin %> graph 1001 --output order.svg' },
    { description: 'For a README:', command: '<%= config.bin %> graph --format mermaid' },
  ];
  static override args = {
    // oclif would take what is piped in for it.
    order: Args.string({
      ignoreStdin: true,
      description: 'id of the order, or ARN of its execution; without it the definition alone',
    }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    format: Flags.option({ options: GRAPH_FORMATS, summary: 'what to draw, default: terminal' })(),
    output: Flags.string({ char: 'o', summary: 'write the picture into this file', helpValue: 'FILE' }),
    file: Flags.string({ summary: 'draw the definition in this file', helpValue: 'FILE' }),
  };

  override async run(): Promise<GraphAnswer> {
    const { args, flags } = await this.parse(Graph);
    if (flags.file !== undefined && args.order !== undefined)
      throw new Failure(
        'usage',
        `--file ${flags.file} and the order ${args.order} are two definitions: give one of them`,
      );
    if (flags.attempt !== undefined && args.order === undefined)
      throw new Failure('usage', `--attempt ${flags.attempt} goes with an order`);
    const { source, title, definition } = await this.definition(flags.file, args.order, flags.attempt);
    const graph = readGraph(definition, title);
    const marks =
      source.executionArn === undefined ? undefined : executionMarks(await this.visits(source.executionArn), graph);
    const format = flags.format ?? BY_EXTENSION[extname(flags.output ?? '').toLowerCase()] ?? 'terminal';
    const drawn = picture(source.status === undefined ? title : `${title}: ${source.status}`, graph, marks);
    const answer = { ...source, format, states: stateAnswers(graph, marks) };
    if (flags.output !== undefined) {
      const text = format === 'terminal' ? this.inFile(drawn) : await drawPicture(drawn, format);
      await this.write(flags.output, text);
      return { ...answer, output: flags.output };
    }
    const style = { paint: this.paint, screen: this.screen };
    const text = format === 'terminal' ? `${graphLines(drawn, style).join('\n')}\n` : await drawPicture(drawn, format);
    this.line(text.trimEnd());
    return { ...answer, picture: format === 'terminal' ? this.inFile(drawn) : text };
  }

  private async definition(
    file: string | undefined,
    order: string | undefined,
    attempt: number | undefined,
  ): Promise<{ source: Source; title: string; definition: string }> {
    if (file !== undefined) return { source: { file }, title: file, definition: await readDefinitionFile(file) };
    const environment = await this.environment();
    const sfn = await executionCalls(environment);
    if (order === undefined) {
      const stateMachineArn = machineOf(environment);
      const { name, definition } = await sfn.describeStateMachine({ stateMachineArn });
      const source = { environment: environment.name, stateMachineArn };
      return { source, title: name ?? stateMachineArn, definition: definition ?? '' };
    }
    const { execution, orderId } = await resolveExecution(sfn, environment, order, attempt);
    const { executionArn, status, stateMachineArn, name } = execution;
    const definition = await definitionOf(environment, execution);
    const whose = { environment: environment.name, stateMachineArn, executionArn, status };
    const source = orderId === undefined ? whose : { ...whose, orderId };
    return { source, title: orderId === undefined ? name : `order ${orderId}`, definition: definition ?? '' };
  }

  private async visits(executionArn: string): Promise<Parameters<typeof executionMarks>[0]> {
    const sfn = await executionCalls(await this.environment());
    return (await readHistory(historyEvents(sfn, executionArn))).visits;
  }

  /** Without colours and at full width. */
  private inFile(drawn: ReturnType<typeof picture>): string {
    const screen = { terminal: false, symbols: false, width: Number.POSITIVE_INFINITY };
    return `${graphLines(drawn, { paint: (_colour, text) => text, screen }).join('\n')}\n`;
  }

  private async write(file: string, text: string): Promise<void> {
    try {
      await writeFile(file, text);
    } catch (error) {
      throw new Failure('usage', `cannot write ${file}: ${(error as Error).message}`, { cause: error });
    }
    this.tell(`written to ${this.clean(file)}`);
  }
}
