import { parseDefinition } from '../../definition/parse.js';
import { processorAsMachine } from '../../engine/child-execution.js';
import type { StoredMapRun } from '../store/map-run-store.js';
import type { StoredMachine } from '../store/state-machine-store.js';
import { labelledMachineArn, labelOf } from './arns.js';

/** What DescribeStateMachineForExecution says of a Map Run's child: the Map's processor is its machine. */
export function processorDescription(machine: StoredMachine, run: StoredMapRun): object {
  return {
    stateMachineArn: labelledMachineArn(run.arn),
    definition: JSON.stringify(processorAsMachine(parseDefinition(machine.definition), run.stateName)),
    mapRunArn: run.arn,
    label: labelOf(run.arn),
  };
}
