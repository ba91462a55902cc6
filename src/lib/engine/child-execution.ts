import { states } from '../definition/states.js';
import type { ItemProcessor, StateMachine } from '../definition/types.js';
import type { ExecutionSetup, Instant, MachineType } from './protocol.js';

/** What a child of a Map Run is called: the Map Run's machine and label stand for a machine of its own. */
export interface ChildIdentity {
  readonly executionArn: string;
  readonly name: string;
  /** `<machine>/<label>` */
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
}

/** @param id makes an EXPRESS execution's ARN its own */
export function childIdentity(mapRunArn: string, name: string, type: MachineType, id: string): ChildIdentity {
  const [arn, partition, service, region, account, , labelled = ''] = mapRunArn.split(':');
  const prefix = [arn, partition, service, region, account].join(':');
  return {
    executionArn:
      type === 'EXPRESS' ? `${prefix}:express:${labelled}:${name}:${id}` : `${prefix}:execution:${labelled}:${name}`,
    name,
    stateMachineName: labelled,
    stateMachineArn: `${prefix}:stateMachine:${labelled}`,
  };
}

/** What runs as a child: the Map's processor is its machine, and no variable reaches it from around. */
export function childSetup(
  parent: Pick<ExecutionSetup, 'definition' | 'roleArn' | 'region' | 'accountId'>,
  stateName: string,
  identity: ChildIdentity,
  given: { readonly type: MachineType; readonly input: string; readonly startedAt: Instant },
): ExecutionSetup {
  const { definition, roleArn, region, accountId } = parent;
  return { ...identity, ...given, roleArn, region, accountId, definition: processorAsMachine(definition, stateName) };
}

/** @param machine the whole definition or any part of it: state names are unique in it */
export function processorAsMachine(machine: StateMachine, stateName: string): StateMachine {
  const processor = findProcessor(machine, stateName);
  if (processor === undefined) {
    throw new Error(`no Map state '${stateName}' in this definition`);
  }
  const { StartAt, States } = processor;
  return { StartAt, States, ...(machine.QueryLanguage === undefined ? {} : { QueryLanguage: machine.QueryLanguage }) };
}

function findProcessor(machine: StateMachine, stateName: string): ItemProcessor | undefined {
  for (const { name, state } of states(machine)) {
    if (name === stateName && state.Type === 'Map') {
      return state.ItemProcessor ?? state.Iterator;
    }
  }
  return undefined;
}
