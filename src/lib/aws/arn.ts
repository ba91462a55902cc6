import { Failure } from '../cli/failure.js';

/** A state machine's name, in the place it lives at. */
export interface MachineArn {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly machine: string;
}

/** An execution; `express` ones carry an id after the name, since their names may repeat. */
export interface ExecutionArn extends MachineArn {
  readonly type: 'standard' | 'express';
  readonly name: string;
  /** The Map state it is a child of, for children of a distributed Map. */
  readonly mapRunLabel?: string;
}

const PLACE = 'arn:(?<partition>aws[a-z-]*):states:(?<region>[a-z0-9-]+):(?<accountId>\\d{12})';
// Names may hold anything but white space, brackets, wildcards and a few signs (StartExecution's page); colons separate
// here.
const NAME = '[^\\s:/<>{}[\\]?*"#%\\\\^|~`$&,;\\u0000-\\u001f\\u007f-\\u009f]{1,80}';
const MACHINE = new RegExp(`^${PLACE}:stateMachine:(?<machine>${NAME})(?::(?<qualifier>[A-Za-z0-9_.-]+))?$`, 'u');
const RUNS = `(?<machine>${NAME})(?:/(?<label>${NAME}))?`;
const EXECUTION = new RegExp(`^${PLACE}:execution:${RUNS}:(?<name>${NAME})$`, 'u');
const EXPRESS = new RegExp(`^${PLACE}:express:${RUNS}:(?<name>${NAME}):(?<id>[A-Za-z0-9-]+)$`, 'u');

/**
 * @returns undefined when the text is no state machine's ARN. A version or alias after the name is accepted and
 * dropped.
 */
export function parseMachineArn(arn: string): MachineArn | undefined {
  const groups = MACHINE.exec(arn)?.groups;
  return groups === undefined ? undefined : place(groups);
}

/** @returns undefined when the text is no execution's ARN. */
export function parseExecutionArn(arn: string): ExecutionArn | undefined {
  const standard = EXECUTION.exec(arn)?.groups;
  if (standard !== undefined) return executionOf(standard, 'standard');
  const express = EXPRESS.exec(arn)?.groups;
  return express === undefined ? undefined : executionOf(express, 'express');
}

function executionOf(groups: Record<string, string>, type: ExecutionArn['type']): ExecutionArn {
  const label = groups['label'];
  return {
    ...place(groups),
    type,
    name: groups['name'] ?? '',
    ...(label === undefined ? {} : { mapRunLabel: label }),
  };
}

/** The ARN without the version or alias behind it: executions are listed by it, whatever they were started by. */
export function withoutQualifier(machineArn: string): string {
  const parsed = parseMachineArn(machineArn);
  return parsed === undefined ? machineArn : formatMachineArn(parsed);
}

/** Whether somebody meant an ARN, a malformed one included; order ids may not hold colons in this place. */
export function looksLikeArn(text: string): boolean {
  return /^arn:/iu.test(text);
}

export function formatMachineArn(arn: MachineArn): string {
  return `arn:${arn.partition}:states:${arn.region}:${arn.accountId}:stateMachine:${arn.machine}`;
}

/** The ARN a Standard execution of this name has, or would have. */
export function formatExecutionArn(machine: MachineArn, name: string): string {
  return `arn:${machine.partition}:states:${machine.region}:${machine.accountId}:execution:${machine.machine}:${name}`;
}

/** @throws Failure (usage) for anything that is no state machine's ARN. */
export function requireMachineArn(arn: string): MachineArn {
  const parsed = parseMachineArn(arn);
  if (parsed !== undefined) return parsed;
  throw new Failure('usage', `not the ARN of a state machine: ${arn}`, {
    suggestions: ['it looks like arn:aws:states:REGION:ACCOUNT:stateMachine:NAME'],
  });
}

function place(groups: Record<string, string>): MachineArn {
  return {
    partition: groups['partition'] ?? '',
    region: groups['region'] ?? '',
    accountId: groups['accountId'] ?? '',
    machine: groups['machine'] ?? '',
  };
}
