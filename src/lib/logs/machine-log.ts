import type { DescribeStateMachineOutput } from '@aws-sdk/client-sfn';

export type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

/** What a state machine writes about its executions, and where. */
export interface MachineLog {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly level: LogLevel;
  /** Whether inputs and outputs are in it. Errors and causes always are. */
  readonly executionData: boolean;
  /** Name of the log group; absent where the level is OFF. */
  readonly group?: string;
  /** The machine's present definition, where it may be read. */
  readonly definition?: string;
}

/** From DescribeStateMachine's answer: the group's name is whatever was configured. */
export function machineLogOf(answer: DescribeStateMachineOutput): MachineLog {
  const { loggingConfiguration, definition } = answer;
  const arn = loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const group = /:log-group:([^:]+)/.exec(arn ?? '')?.[1];
  const level = group === undefined ? 'OFF' : (loggingConfiguration?.level ?? 'OFF');
  return {
    type: answer.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    level,
    executionData: loggingConfiguration?.includeExecutionData ?? false,
    ...(group === undefined || level === 'OFF' ? {} : { group }),
    ...(definition === undefined ? {} : { definition }),
  };
}
