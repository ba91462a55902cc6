import type { LocalSources } from '../ports.js';
import type { ActivityStore, ActivityTask } from '../store/activity-store.js';
import type { ExecutionStore } from '../store/execution-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { activityArn, checkArn } from './arns.js';
import type { ExecutionDriver } from './execution-driver.js';
import { ARN_LIMITS } from './machine-operations.js';
import { checkName } from './names.js';
import { pageToken, readPageToken } from './page-token.js';
import type { TagStore } from './tag-operations.js';
import { epochSeconds } from './wire-time.js';

/** How long a worker's question is held open. Source: the API reference of GetActivityTask. */
const POLL_MS = 60_000;
/** How often the store is looked at meanwhile: the task may come from another process. */
const LOOK_MS = 100;

export interface ActivityParts {
  readonly activities: ActivityStore;
  readonly executions: ExecutionStore;
  readonly driver: ExecutionDriver;
  readonly tags: TagStore;
  readonly sources: Pick<LocalSources, 'now'>;
  /** Aborted when the environment closes: open polls end. */
  readonly closing: AbortSignal;
}

/**
 * Activities and their workers' long poll. What AWS answers when there was no task is documented as a null token only;
 * the texts of errors follow those of machines and executions (not recorded).
 */
export function activityOperations(parts: ActivityParts): Operations {
  const { activities, executions, driver, tags, sources, closing } = parts;

  const requireActivity = (arn: string) => {
    checkArn(arn, 'activity');
    const activity = activities.find(arn);
    if (activity === undefined) throw new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
    return activity;
  };

  const nextTask = async (arn: string): Promise<ActivityTask | undefined> => {
    const until = sources.now() + POLL_MS;
    for (;;) {
      const task = activities.take(arn);
      if (task !== undefined || sources.now() >= until) return task;
      await pause(LOOK_MS, closing);
      if (closing.aborted) return undefined;
    }
  };

  return {
    CreateActivity: (input) => {
      const read = new Constraints(input);
      const name = read.requiredText('name', { min: 1, max: 80 });
      const tagList = read.list('tags') ?? [];
      read.check();
      checkName(name);
      const arn = activityArn(name);
      // A second call is answered like the first, whatever tags it brings.
      if (activities.find(arn) === undefined) tags.replaceAll(arn, tagList);
      const activity = activities.create({ arn, name, createdAt: sources.now() });
      return { activityArn: activity.arn, creationDate: epochSeconds(activity.createdAt) };
    },

    DeleteActivity: (input) => {
      const arn = readArn(new Constraints(input));
      checkArn(arn, 'activity');
      activities.delete(arn);
      return {};
    },

    DescribeActivity: (input) => {
      const { arn, name, createdAt } = requireActivity(readArn(new Constraints(input)));
      return { activityArn: arn, name, creationDate: epochSeconds(createdAt) };
    },

    ListActivities: (input) => {
      const read = new Constraints(input);
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const token = read.text('nextToken', { min: 1, max: 1024 });
      read.check();
      const after =
        token === undefined ? '' : readPageToken<{ after: string }>(token, (place) => 'after' in place).after;
      const limit = count === 0 ? 100 : count;
      const page = activities.page(after, limit + 1);
      const shown = page.slice(0, limit);
      return {
        activities: shown.map(({ arn, name, createdAt }) => ({
          activityArn: arn,
          name,
          creationDate: epochSeconds(createdAt),
        })),
        nextToken: page.length > limit ? pageToken({ after: shown.at(-1)?.name ?? '' }) : undefined,
      };
    },

    GetActivityTask: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('activityArn', ARN_LIMITS);
      const workerName = read.text('workerName', { min: 1, max: 80 });
      read.check();
      requireActivity(arn);
      const task = await nextTask(arn);
      const execution = task && executions.byId(task.execution);
      if (task === undefined || execution === undefined) return { taskToken: null, input: null };
      const details = workerName === undefined ? {} : { workerName };
      await driver.deliver(execution, { kind: 'task-started', key: task.key, details });
      return { taskToken: task.token, input: task.input };
    },
  };
}

function readArn(read: Constraints): string {
  const arn = read.requiredText('activityArn', ARN_LIMITS);
  read.check();
  return arn;
}

function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      closing.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    closing.addEventListener('abort', done, { once: true });
  });
}
