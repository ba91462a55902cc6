import type {
  DescribeExecutionOutput,
  DescribeStateMachineForExecutionOutput,
  DescribeStateMachineOutput,
  GetExecutionHistoryInput,
  GetExecutionHistoryOutput,
  ListExecutionsInput,
  ListExecutionsOutput,
  RedriveExecutionInput,
  RedriveExecutionOutput,
  StartExecutionInput,
  StartExecutionOutput,
  StopExecutionInput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';

/**
 * The calls of Step Functions that this folder makes; the SDK's aggregated client `SFN` fits as it is, and so does a
 * stand-in of a few lines. Each function asks for the part it needs.
 */
export interface StepFunctions {
  startExecution(input: StartExecutionInput): Promise<StartExecutionOutput>;
  describeExecution(input: { readonly executionArn: string }): Promise<DescribeExecutionOutput>;
  getExecutionHistory(input: GetExecutionHistoryInput): Promise<GetExecutionHistoryOutput>;
  listExecutions(input: ListExecutionsInput): Promise<ListExecutionsOutput>;
  stopExecution(input: StopExecutionInput): Promise<StopExecutionOutput>;
  redriveExecution(input: RedriveExecutionInput): Promise<RedriveExecutionOutput>;
  describeStateMachine(input: { readonly stateMachineArn: string }): Promise<DescribeStateMachineOutput>;
  describeStateMachineForExecution(input: {
    readonly executionArn: string;
  }): Promise<DescribeStateMachineForExecutionOutput>;
}

export type Calls<Names extends keyof StepFunctions> = Pick<StepFunctions, Names>;

/** An error of Step Functions is told by its name: its class differs between SDK versions and bundles. */
export function isServiceError(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
