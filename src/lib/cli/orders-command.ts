import { Command, Flags, type Interfaces } from '@oclif/core';
import type { Environment, LocalEnvironment } from '../environment/environment.js';

import { EXIT_CODES, type ExitName } from './exit-codes.js';
import { asFailure, errorDocument, printFailure } from './failure-report.js';
import { Failure } from './failure.js';
import { writeJson } from './json-output.js';
import { jsonText } from './json-text.js';
import { watchForInterruption } from './interruption.js';
import { startProgress, type Progress } from './progress.js';
import { sanitize } from './sanitize.js';
import { paintFor, screenOf, type Paint, type Screen } from './screen.js';
import type { ProgressBar } from './progress-bar.js';
import type { Table } from './table.js';
import { waitText } from './wait-text.js';

export const BASE_FLAGS = {
  env: Flags.string({
    char: 'e',
    summary: 'environment to work in (default: ORDERS_ENV, orders.config.json, local)',
    helpValue: 'NAME',
    helpGroup: 'GLOBAL',
  }),
  profile: Flags.string({ summary: 'AWS profile', helpValue: 'NAME', helpGroup: 'GLOBAL' }),
  region: Flags.string({ summary: 'AWS region', helpValue: 'REGION', helpGroup: 'GLOBAL' }),
  'endpoint-url': Flags.string({
    summary: 'send requests here in place of AWS, e.g. to `orders local serve`',
    helpValue: 'URL',
    helpGroup: 'GLOBAL',
  }),
  'state-machine-arn': Flags.string({
    summary: 'state machine to work with (default: ORDER_STATE_MACHINE_ARN, or what the environment runs)',
    helpValue: 'ARN',
    helpGroup: 'GLOBAL',
  }),
  'no-input': Flags.boolean({ summary: 'never ask; fail where an answer would be needed', helpGroup: 'GLOBAL' }),
  json: Flags.boolean({ summary: 'print one JSON document in place of text', helpGroup: 'GLOBAL' }),
};

type BaseFlags = Interfaces.InferredFlags<typeof BASE_FLAGS>;

// oclif's own bound for what a parser gives.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Parsed = Record<string, any>;

/**
 * What every command is: flags that all share, one place for output, one for errors.
 *
 *     run()      parses, asks lib, shows with line() and table(), returns the answer
 *     stdout     the answer: text, or the returned object under --json
 *     stderr     everything else: tell(), progress, questions, errors
 *     exit code  EXIT_CODES, by a Failure or by exitWith()
 *
 * `parse()` has to come first: environment(), ask() and confirm() look at the flags it found.
 */
export abstract class OrdersCommand<Answer extends object> extends Command {
  static override baseFlags = BASE_FLAGS;
  static override enableJsonFlag = true;

  private baseFlags: Partial<BaseFlags> = {};
  private opened: Promise<Environment> | undefined;
  private announced = false;
  private streamed = false;
  private bar: ProgressBar | undefined;
  private shown: Progress | undefined;
  private interruptible: AbortSignal | undefined;

  /** What stdout can show. */
  protected readonly screen: Screen = screenOf(process.stdout, process.env);
  /** Colours a text meant for stdout, where colours are wanted. */
  protected readonly paint: Paint = paintFor(this.screen);

  abstract override run(): Promise<Answer>;

  protected override async parse<F extends Parsed, B extends Parsed, A extends Parsed>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    this.baseFlags = parsed.flags as Partial<BaseFlags>;
    return parsed;
  }

  /**
   * The environment the flags, ORDERS_ENV or the configuration file name; opened at the first call, closed after run().
   */
  protected async environment(): Promise<Environment> {
    this.opened ??= this.openEnvironment(this.baseFlags.env);
    return this.opened;
  }

  /** The embedded environment, whatever ORDERS_ENV says. @throws Failure (usage) when --env says something else. */
  protected async localEnvironment(): Promise<LocalEnvironment> {
    const { env } = this.baseFlags;
    this.opened ??= this.openEnvironment(env ?? 'local');
    const { local } = await this.opened;
    if (local === undefined)
      throw new Failure('usage', `this works in the local environment only, not in ${env ?? 'this one'}`);
    return local;
  }

  private async openEnvironment(name: string | undefined): Promise<Environment> {
    const { openEnvironment } = await import('../environment/open.js');
    const flags = this.baseFlags;
    const environment = await openEnvironment({
      env: name,
      profile: flags.profile,
      region: flags.region,
      endpointUrl: flags['endpoint-url'],
      stateMachineArn: flags['state-machine-arn'],
    });
    if (environment.name !== 'local') this.tell(`environment: ${sanitize(environment.name)}`);
    environment.limits.onWait((wait) => this.tell(waitText(wait)));
    if (this.interruptible !== undefined) environment.limits.stopOn(this.interruptible);
    return environment;
  }

  /**
   * One line (or several) of the answer, to stdout; nothing under --json. Text from outside goes through `clean` first.
   */
  protected line(text = ''): void {
    if (!this.jsonEnabled()) process.stdout.write(`${text}\n`);
  }

  /**
   * Prints the answer of a command that goes on running, under --json; what run() returns later is not printed again.
   */
  protected announce(answer: Answer): void {
    if (!this.jsonEnabled()) return;
    this.logJson(answer);
    this.announced = true;
  }

  /**
   * One part of an answer that comes in many: its text, or a JSON object on one line. Resolves when a slow reader has room
   * for more. From the first one on nothing else is printed under --json, errors keep to one line, too.
   */
  protected async part(answer: object, text?: string): Promise<void> {
    const json = this.jsonEnabled();
    this.streamed ||= json;
    if (!json && text === undefined) return;
    let hasRoom = true;
    const write = (): void => {
      hasRoom = process.stdout.write(`${json ? jsonText(answer) : text}\n`);
    };
    if (this.bar === undefined) write();
    else this.bar.aside(write);
    if (!hasRoom) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
  }

  /** A remark, to stderr; nothing under --json. */
  protected tell(text: string): void {
    if (this.jsonEnabled()) return;
    const write = (): void => void process.stderr.write(`${text}\n`);
    const below = this.bar ?? this.shown;
    if (below === undefined) write();
    else below.aside(write);
  }

  /** A table of the answer: borders and fitted columns on a terminal, plain columns at full width elsewhere. */
  protected async table(table: Table): Promise<void> {
    if (this.jsonEnabled()) return;
    const { renderTable } = await import('./table.js');
    process.stdout.write(await renderTable(table, this.screen));
  }

  /** Makes control, bidirectional and invisible characters of a text from outside visible. */
  protected clean(text: string): string {
    return sanitize(text);
  }

  /** The exit code of an answer that is printed all the same, e.g. exitWith('failed') after --wait. */
  protected exitWith(name: ExitName): void {
    process.exitCode = EXIT_CODES[name].code;
  }

  /** A line on stderr that is rewritten while work goes on; invisible unless stderr is a terminal. */
  protected progress(text: string): Progress {
    const visible = !this.jsonEnabled() && screenOf(process.stderr, process.env).terminal;
    const progress = startProgress(text, process.stderr, visible);
    this.shown = progress;
    const stop = (): void => {
      progress.stop();
      if (this.shown === progress) this.shown = undefined;
    };
    return { ...progress, stop };
  }

  /** How bulk work, which lives in lib, speaks to the reader. */
  protected voice(): {
    signal: AbortSignal;
    style: { paint: Paint; screen: Screen };
    part(answer: object, text?: string): Promise<void>;
    tell(text: string): void;
    progressBar(total: number, what: string): Promise<ProgressBar>;
  } {
    return {
      signal: this.interruption,
      style: { paint: this.paint, screen: this.screen },
      part: (answer, text) => this.part(answer, text),
      tell: (text) => this.tell(text),
      progressBar: (total, what) => this.progressBar(total, what),
    };
  }

  /** The same for work that asks before it acts. @param yes the answer, given beforehand */
  protected actVoice(yes: boolean) {
    return {
      ...this.voice(),
      progress: (text: string) => this.progress(text),
      table: (table: Table) => this.table(table),
      confirm: async (question: string) => {
        if (!yes) await this.confirm(question, { flag: '--yes' });
      },
    };
  }

  /** Figures of long work at the bottom of a terminal, below the lines that are printed meanwhile. */
  protected async progressBar(total: number, what: string): Promise<ProgressBar> {
    const { startProgressBar } = await import('./progress-bar.js');
    const visible = !this.jsonEnabled() && screenOf(process.stderr, process.env).terminal;
    const bar = await startProgressBar(total, what, process.stderr, visible);
    this.bar = bar;
    const stop = (): void => {
      bar.stop();
      this.bar = undefined;
    };
    return { ...bar, stop };
  }

  /**
   * Aborted by Ctrl-C or SIGTERM, with the Failure to end with as its reason (`interrupted`, `terminated`). Who asks
   * for it promises to end soon; a second Ctrl-C ends the process at once. Without it the first does.
   */
  protected get interruption(): AbortSignal {
    const signal = (this.interruptible ??= watchForInterruption());
    // Waiting for AWS's quota ends then, too.
    void this.opened?.then(
      ({ limits }) => limits.stopOn(signal),
      () => undefined,
    );
    return signal;
  }

  /**
   * A question to be answered with yes. @throws Failure (usage) without a terminal or with --no-input: `flag` is what
   * to give in place of an answer; Failure (interrupted) on no and on Ctrl-C.
   */
  protected async confirm(question: string, options: { readonly flag: string }): Promise<void> {
    const { confirm } = await import('./prompt.js');
    const asked = { ...options, allowed: this.baseFlags['no-input'] !== true && !this.jsonEnabled() };
    const resume = this.shown?.pause();
    try {
      await confirm(question, asked);
    } finally {
      resume?.();
    }
  }

  protected override async catch(error: unknown): Promise<void> {
    const failure = await asFailure(error, this.ctor);
    process.exitCode = failure.exitCode;
    if (!this.jsonEnabled()) printFailure(failure, process.stderr, process.env);
    else if (this.streamed) process.stdout.write(`${jsonText(errorDocument(failure))}\n`);
    else writeJson(errorDocument(failure));
  }

  protected override async finally(): Promise<void> {
    const environment = await this.opened?.catch(() => undefined);
    await environment?.close();
  }

  /** What a script reads: never coloured. */
  protected override logJson(json: unknown): void {
    if (!this.announced && !this.streamed) writeJson(json);
  }
}
