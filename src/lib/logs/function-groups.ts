import type { GetFunctionConfigurationCommandOutput } from '@aws-sdk/client-lambda';
import type { Deployment } from '../environment/deployment.js';
import type { FunctionGroup } from './order-scope.js';

/** Where the functions of a deployment write: it has published that. */
export function deployedGroups(deployment: Pick<Deployment, 'functions'>): FunctionGroup[] {
  return Object.values(deployment.functions).map(({ name, logGroup }) => ({ functionName: name, group: logGroup }));
}

/** The Lambda functions that a definition calls, by ARN or name: as Resource, or as FunctionName of lambda:invoke. */
export function calledFunctions(definition: string): string[] {
  const found = new Map<string, string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (typeof value !== 'object' || value === null) return;
    const { Resource, Parameters, Arguments } = value as Record<string, unknown>;
    const candidates = [Resource, member(Parameters, 'FunctionName'), member(Arguments, 'FunctionName')];
    for (const candidate of candidates) {
      const name = typeof candidate === 'string' ? functionName(candidate, candidate !== Resource) : undefined;
      if (name !== undefined && !found.has(name)) found.set(name, candidate as string);
    }
    Object.values(value).forEach(look);
  };
  try {
    look(JSON.parse(definition));
  } catch {
    return [];
  }
  return [...found.values()];
}

/** The plain name in an ARN, a partial ARN or a name; a name alone counts only where a function has to stand. */
function functionName(text: string, nameAlone: boolean): string | undefined {
  const arn = /^(?:arn:[^:]+:lambda:[^:]*:\d{12}:function:|\d{12}:function:)(?<name>[A-Za-z0-9_-]+)/u.exec(text);
  if (arn) return arn.groups?.['name'];
  return nameAlone ? /^(?<name>[A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/u.exec(text)?.groups?.['name'] : undefined;
}

interface FunctionCalls {
  getFunctionConfiguration(input: {
    readonly FunctionName: string;
  }): Promise<Pick<GetFunctionConfigurationCommandOutput, 'LoggingConfig'>>;
}

/** Where each function writes; the group every function has by default where Lambda does not say. */
export async function groupsOf(lambda: FunctionCalls, functions: readonly string[]): Promise<FunctionGroup[]> {
  const groups: FunctionGroup[] = [];
  for (const called of functions) {
    const name = functionName(called, true) ?? called;
    groups.push({ functionName: name, group: (await configured(lambda, called)) ?? `/aws/lambda/${name}` });
  }
  return groups;
}

async function configured(lambda: FunctionCalls, called: string): Promise<string | undefined> {
  try {
    return (await lambda.getFunctionConfiguration({ FunctionName: called })).LoggingConfig?.LogGroup;
  } catch (error) {
    // Gone, of another account, or not to be read: its lines may be there all the same.
    if (error instanceof Error && /ResourceNotFound|AccessDenied|NotAuthorized/u.test(error.name)) return undefined;
    throw error;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
