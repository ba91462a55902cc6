/** A token bucket as AWS keeps it for an operation, per account and region. */
export interface Quota {
  /** Calls that may come at once. */
  readonly bucket: number;
  /** Calls a second that it refills by. */
  readonly perSecond: number;
}

type Machine = 'STANDARD' | 'EXPRESS';

/** The three regions where Step Functions grants more. */
const LARGE = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

const same = (bucket: number, perSecond: number): readonly [Quota, Quota] => [
  { bucket, perSecond },
  { bucket, perSecond },
];

/**
 * Operation -> [in the large regions, elsewhere]. Source: Step Functions' page of service quotas, read in November 2026; AWS says that
 * it may raise them at any time. An account's own raised quotas are not known here.
 */
const STEP_FUNCTIONS: Readonly<Record<string, readonly [Quota, Quota]>> = {
  StartExecution: [
    { bucket: 1300, perSecond: 300 },
    { bucket: 800, perSecond: 150 },
  ],
  RedriveExecution: [
    { bucket: 1300, perSecond: 300 },
    { bucket: 800, perSecond: 150 },
  ],
  StopExecution: [
    { bucket: 1000, perSecond: 200 },
    { bucket: 500, perSecond: 25 },
  ],
  DescribeExecution: [
    { bucket: 300, perSecond: 15 },
    { bucket: 250, perSecond: 10 },
  ],
  ListExecutions: [
    { bucket: 200, perSecond: 5 },
    { bucket: 100, perSecond: 2 },
  ],
  GetExecutionHistory: same(400, 20),
  DescribeStateMachine: same(200, 20),
  DescribeStateMachineForExecution: same(200, 1),
  DescribeMapRun: same(200, 1),
  ListMapRuns: same(100, 1),
};

const EXPRESS_START: Quota = { bucket: 6000, perSecond: 6000 };

/** FilterLogEvents by region; 10 a second in all others. It has no bucket beyond its second. Not adjustable. */
const FILTER_LOG_EVENTS: Readonly<Record<string, number>> = {
  'us-east-1': 25,
  'eu-central-1': 5,
};

/**
 * What AWS grants for an operation, by the SDK's name of it (`DescribeExecution`).
 *
 * @param region where it is not known yet, the smaller figures
 * @returns undefined for operations without a figure here: they are sent as they come, and wait when AWS throttles them
 */
export function quotaOf(operation: string, region?: string, machine: Machine = 'STANDARD'): Quota | undefined {
  if (operation === 'StartExecution' && machine === 'EXPRESS') return EXPRESS_START;
  if (operation === 'FilterLogEvents') {
    const perSecond = region === undefined ? 5 : (FILTER_LOG_EVENTS[region] ?? 10);
    return { bucket: perSecond, perSecond };
  }
  const [large, elsewhere] = STEP_FUNCTIONS[operation] ?? [];
  return region !== undefined && LARGE.has(region) ? large : elsewhere;
}

/** The account's other users keep a fifth. */
const MARGIN = 0.8;

/** The part of a quota that we take: the buckets belong to everything in the account. */
export function ourShare(quota: Quota): Quota {
  return { bucket: Math.max(1, Math.floor(quota.bucket * MARGIN)), perSecond: quota.perSecond * MARGIN };
}
