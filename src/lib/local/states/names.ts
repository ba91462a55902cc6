import { AwsError } from '../wire/aws-error.js';

/**
 * What AWS refuses in names of machines and executions: white space, brackets, wildcards, special and control characters.
 * Source: the API reference of CreateStateMachine and StartExecution.
 */
const REFUSED = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/;

/** @throws AwsError InvalidName */
export function checkName(name: string): void {
  if (REFUSED.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}
