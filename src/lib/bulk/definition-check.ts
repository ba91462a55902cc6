import { isServiceError, type Calls } from '../execution/step-functions.js';

type DefinitionCalls = Calls<'describeStateMachine' | 'describeStateMachineForExecution'>;

/**
 * Whether executions began with another definition than their machine has now.
 *
 * DescribeStateMachineForExecution refills one call a second (AWS quotas), but its answer has the date from which that definition held:
 * every execution that began between that date and the one asked about has the same. Where an alias sends some executions to an older
 * version that need not be so; it is a warning, not a verdict.
 */
export class DefinitionCheck {
  private readonly known: { readonly from: number; readonly to: number; readonly changed: boolean | undefined }[] = [];
  private current: Promise<string | undefined> | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly calls: DefinitionCalls,
    /** Unknown where executions were named by their ARNs only: then nothing is said. */
    private readonly stateMachineArn: string | undefined,
  ) {}

  /** @returns undefined where the reader may not know */
  async changed(executionArn: string, startDate: Date): Promise<boolean | undefined> {
    // One after the other: the answer to one is mostly the answer to the next.
    const answer = this.queue.then(() => this.ask(executionArn, startDate.getTime()));
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  private async ask(executionArn: string, started: number): Promise<boolean | undefined> {
    const before = this.known.find(({ from, to }) => from <= started && started <= to);
    if (before !== undefined) return before.changed;
    const { stateMachineArn } = this;
    if (stateMachineArn === undefined) return undefined;
    try {
      this.current ??= this.calls.describeStateMachine({ stateMachineArn }).then(({ definition }) => definition);
      const now = await this.current;
      const { definition, updateDate } = await this.calls.describeStateMachineForExecution({ executionArn });
      const changed = definition === undefined || now === undefined ? undefined : definition !== now;
      this.known.push({ from: updateDate?.getTime() ?? started, to: started, changed });
      return changed;
    } catch (error) {
      if (!isServiceError(error, ...UNANSWERED)) throw error;
      this.known.push({ from: 0, to: Number.POSITIVE_INFINITY, changed: undefined });
      return undefined;
    }
  }
}

const UNANSWERED = [
  'AccessDeniedException',
  'StateMachineDoesNotExist',
  'StateMachineDeleting',
  'ExecutionDoesNotExist',
  'UnknownOperationException',
];
