import type { Datum } from '../datum.js';
import type { ResourceReference } from '../protocol.js';
import type { FailureReason } from '../state-failure.js';

type Details = Readonly<Record<string, unknown>>;

/** An event's type, the name of its detail member, the details. */
export type TaskEvent = readonly [type: string, detailsName?: string, details?: Details];

export interface Scheduling {
  readonly parameters: Datum;
  readonly region: string;
  /** Seconds. */
  readonly timeout: number | undefined;
  /** Seconds. */
  readonly heartbeat: number | undefined;
}

/**
 * The history events of one kind of Task resource. A function's ARN writes LambdaFunction* events, an activity Activity*
 * events, all else Task* events that repeat the integration's name. Source: the API's HistoryEvent and the recordings.
 */
export interface TaskEvents {
  /** What a result that is too large is blamed on. */
  readonly blame: string;
  scheduled(scheduling: Scheduling): TaskEvent;
  started(details: Details | undefined): TaskEvent;
  submitted(output: string): TaskEvent;
  succeeded(output: string): TaskEvent;
  failed(reason: FailureReason): TaskEvent;
  timedOut(reason: FailureReason): TaskEvent;
  /** The request never left. */
  notScheduled(reason: FailureReason): TaskEvent;
}

const complete = { truncated: false };

export function taskEvents(resource: ResourceReference): TaskEvents {
  switch (resource.service) {
    case 'lambda-arn':
      return functionEvents(resource.arn);
    case 'activity':
      return activityEvents(resource.arn);
    default:
      return integrationEvents(resource);
  }
}

function functionEvents(arn: string): TaskEvents {
  return {
    blame: arn,
    scheduled: ({ parameters, timeout }) => [
      'LambdaFunctionScheduled',
      'lambdaFunctionScheduledEventDetails',
      {
        input: parameters.text,
        inputDetails: complete,
        resource: arn,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
      },
    ],
    started: () => ['LambdaFunctionStarted'],
    submitted: () => ['LambdaFunctionStarted'],
    succeeded: (output) => [
      'LambdaFunctionSucceeded',
      'lambdaFunctionSucceededEventDetails',
      { output, outputDetails: complete },
    ],
    failed: (reason) => ['LambdaFunctionFailed', 'lambdaFunctionFailedEventDetails', { ...reason }],
    timedOut: (reason) => ['LambdaFunctionTimedOut', 'lambdaFunctionTimedOutEventDetails', { ...reason }],
    notScheduled: (reason) => [
      'LambdaFunctionScheduleFailed',
      'lambdaFunctionScheduleFailedEventDetails',
      { ...reason },
    ],
  };
}

function activityEvents(arn: string): TaskEvents {
  return {
    blame: arn,
    scheduled: ({ parameters, timeout, heartbeat }) => [
      'ActivityScheduled',
      'activityScheduledEventDetails',
      {
        resource: arn,
        input: parameters.text,
        inputDetails: complete,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
        ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
      },
    ],
    started: (details) => ['ActivityStarted', 'activityStartedEventDetails', details ?? {}],
    submitted: (output) => ['ActivityStarted', 'activityStartedEventDetails', { output }],
    succeeded: (output) => ['ActivitySucceeded', 'activitySucceededEventDetails', { output, outputDetails: complete }],
    failed: (reason) => ['ActivityFailed', 'activityFailedEventDetails', { ...reason }],
    timedOut: (reason) => ['ActivityTimedOut', 'activityTimedOutEventDetails', { ...reason }],
    notScheduled: (reason) => ['ActivityScheduleFailed', 'activityScheduleFailedEventDetails', { ...reason }],
  };
}

function integrationEvents({ service, action, pattern }: ResourceReference): TaskEvents {
  const suffix = {
    'request-response': '',
    sync: '.sync',
    'sync:2': '.sync:2',
    'wait-for-task-token': '.waitForTaskToken',
  };
  const name = { resourceType: service, resource: action + suffix[pattern] };
  return {
    blame: service,
    scheduled: ({ parameters, region, timeout, heartbeat }) => [
      'TaskScheduled',
      'taskScheduledEventDetails',
      {
        ...name,
        region,
        parameters: parameters.text,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
        ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
      },
    ],
    started: () => ['TaskStarted', 'taskStartedEventDetails', name],
    submitted: (output) => ['TaskSubmitted', 'taskSubmittedEventDetails', { ...name, output, outputDetails: complete }],
    succeeded: (output) => ['TaskSucceeded', 'taskSucceededEventDetails', { ...name, output, outputDetails: complete }],
    failed: (reason) => ['TaskFailed', 'taskFailedEventDetails', { ...name, ...reason }],
    timedOut: (reason) => ['TaskTimedOut', 'taskTimedOutEventDetails', { ...name, ...reason }],
    notScheduled: (reason) => ['TaskSubmitFailed', 'taskSubmitFailedEventDetails', { ...name, ...reason }],
  };
}
