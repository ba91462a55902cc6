import type { Frame } from './frame.js';
import type { ExecutionSetup, Instant, Json } from './protocol.js';

/** What the context object tells about the execution as a whole. */
export interface ExecutionView {
  readonly setup: ExecutionSetup;
  /** The execution's input, parsed. */
  readonly input: Json;
  readonly redriveCount: number;
  readonly redrivenAt: Instant | undefined;
}

/** What only some fields of some states see. */
export interface ContextExtras {
  /** While the parameters of a task with a token are resolved. */
  readonly taskToken?: string;
  /** While an item of this state's own Map is selected. */
  readonly item?: MapItem;
}

export interface MapItem {
  readonly index: number;
  readonly value: Json;
}

/**
 * The context object, `$$` in JSONPath and `$states.context` in JSONata, as recordings
 * (test_query_context_object_values, test_lambda_invoke_with_retry_extended_input) show it.
 */
export function contextObject(view: ExecutionView, frame: Frame, extras: ContextExtras = {}): Json {
  const { setup } = view;
  const { name, state, enteredAt, retryCount } = frame.at;
  const context: { [key: string]: Json } = {
    Execution: {
      Id: setup.executionArn,
      Input: view.input,
      StartTime: isoTime(setup.startedAt),
      Name: setup.name,
      RoleArn: setup.roleArn,
      RedriveCount: view.redriveCount,
      ...(view.redrivenAt === undefined ? {} : { RedriveTime: isoTime(view.redrivenAt) }),
    },
    StateMachine: { Id: setup.stateMachineArn, Name: setup.stateMachineName },
    State: {
      Name: name,
      EnteredTime: isoTime(enteredAt),
      ...('Retry' in state || state.Type === 'Task' ? { RetryCount: retryCount } : {}),
    },
  };
  const item = extras.item ?? itemAround(frame);
  if (item !== undefined) {
    context['Map'] = { Item: { Index: item.index, Value: item.value } };
  }
  if (extras.taskToken !== undefined) {
    context['Task'] = { Token: extras.taskToken };
  }
  return context;
}

/** The item of the innermost Map around a frame. */
function itemAround(frame: Frame): MapItem | undefined {
  for (let inner = frame, outer = frame.parent; outer !== undefined; inner = outer, outer = outer.parent) {
    const items = outer.at.group?.items;
    if (outer.at.state.Type === 'Map' && items !== undefined) {
      return { index: inner.index, value: items[inner.index] ?? null };
    }
  }
  return undefined;
}

function isoTime(instant: Instant): string {
  return new Date(instant).toISOString();
}
