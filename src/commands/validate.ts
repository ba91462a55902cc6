import { Args, Flags } from '@oclif/core';
import {
  BUG_ERROR_NAMES,
  BUSINESS_ERROR_NAMES,
  RETRYABLE_ERROR_NAMES,
} from '../../workflows/order-processing/domain/errors.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import type { LintFinding } from '../lib/definition/lint/finding.js';
import { lintDefinition } from '../lib/definition/lint/lint-definition.js';
import { definitionFromFile, definitionOfMachine, type MachineType } from '../lib/execution/read-definition.js';
import { validateOnAws } from '../lib/execution/validate-on-aws.js';
import { lintLines, lintSummary } from '../lib/report/validate-report.js';

interface ValidateAnswer {
  /** The file, or the machine's ARN. */
  readonly source: string;
  readonly type: MachineType;
  /** false: AWS would refuse it. */
  readonly valid: boolean;
  /** Whether AWS was asked, too. */
  readonly aws: boolean;
  /** Names in the file that are filled when it is deployed. */
  readonly placeholders: readonly string[];
  readonly findings: readonly LintFinding[];
}

export default class Validate extends OrdersCommand<ValidateAnswer> {
  static override summary = 'check a definition of a state machine';
  static override description = `Errors are what AWS would refuse. Warnings are what it takes and experience warns of: missing time-outs, a Catch of everything that hides faults before a Fail state, error names that nobody throws, retries that outlast the machine, paths that can never find anything, limits of Express.
Without a file it checks what the environment runs. Templates are understood: \${Name} and CloudFormation's Ref are filled with something plausible. Exit 13: there is an error, or with --strict a warning.`;
  static override examples = [
    { description: 'What the environment runs:', command: '<%= config.bin %> validate' },
    {
      description: 'A file, as an Express machine:',
      command: '<%= config.bin %> validate machine.asl.json --type express',
    },
    {
      description: 'In a pipeline, with AWS asked, too:',
      command: '<%= config.bin %> validate machine.asl.json --strict --aws --json',
    },
  ];
  static override args = {
    file: Args.string({ description: 'file with the definition, - for standard input', ignoreStdin: true }),
  };
  static override flags = {
    type: Flags.option({
      options: ['standard', 'express'] as const,
      summary: 'as which type of machine (default: standard, or what the environment runs)',
    })(),
    strict: Flags.boolean({ summary: 'warnings count, too', default: false }),
    aws: Flags.boolean({ summary: 'ask ValidateStateMachineDefinition of the environment, too', default: false }),
  };

  override async run(): Promise<ValidateAnswer> {
    const { args, flags } = await this.parse(Validate);
    const asked = flags.type?.toUpperCase() as MachineType | undefined;
    const read =
      args.file === undefined
        ? await definitionOfMachine(await this.environment())
        : definitionFromFile(args.file, asked ?? 'STANDARD');
    const definition = asked === undefined ? read : { ...read, type: asked };
    const own =
      definition.text.includes('CompensatingTransaction') && definition.text.includes('CheckInventoryAndCharge');
    const found = await lintDefinition(definition.text, {
      type: definition.type,
      // What the order workflow's functions throw is known.
      ...(own && { thrown: new Set([...BUSINESS_ERROR_NAMES, ...RETRYABLE_ERROR_NAMES, ...BUG_ERROR_NAMES]) }),
    });
    const fromAws = flags.aws ? await validateOnAws(await (await this.environment()).clients.sfn(), definition) : [];
    const findings = [...found, ...fromAws.filter((finding) => !isAmong(finding, found))];

    if (definition.placeholders.length > 0)
      this.tell(`filled for this check: ${this.clean(definition.placeholders.join(', '))}`);
    for (const line of lintLines(findings, { paint: this.paint, screen: this.screen })) this.line(line);
    this.line(`${this.clean(definition.source)} (${definition.type}): ${lintSummary(findings)}`);
    const valid = findings.every(({ severity }) => severity !== 'error');
    if (!valid || (flags.strict && findings.length > 0)) this.exitWith('checkFailed');
    const { source, type, placeholders } = definition;
    return { source, type, valid, aws: flags.aws, placeholders, findings };
  }
}

function isAmong({ rule, location, message }: LintFinding, findings: readonly LintFinding[]): boolean {
  return findings.some((other) => other.rule === rule && other.location === location && other.message === message);
}
