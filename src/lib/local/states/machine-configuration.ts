import { AwsError } from '../wire/aws-error.js';
import type { JsonObject } from '../wire/aws-json-service.js';

export interface LoggingConfiguration {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup: { readonly logGroupArn: string } }[];
}

/** The canonical JSON text of a loggingConfiguration, so that equal ones are equal texts. */
export function readLogging(given: JsonObject | undefined): string {
  const level = given?.['level'] ?? 'OFF';
  const destinations = given?.['destinations'] as LoggingConfiguration['destinations'] | undefined;
  if (typeof level !== 'string' || !['ALL', 'ERROR', 'FATAL', 'OFF'].includes(level)) {
    throw invalidLogging(`Unknown log level ${JSON.stringify(level)}.`);
  }
  if (level !== 'OFF' && destinations?.length !== 1) throw invalidLogging('Must specify exactly one Log Destination.');
  if (destinations?.some((destination) => groupName(destination.cloudWatchLogsLogGroup?.logGroupArn) === undefined)) {
    throw invalidLogging('A Log Destination is not the ARN of a log group.');
  }
  const configuration: LoggingConfiguration = {
    level: level as LoggingConfiguration['level'],
    includeExecutionData: given?.['includeExecutionData'] === true,
    ...(destinations !== undefined && destinations.length > 0 && { destinations }),
  };
  return JSON.stringify(configuration);
}

export function readTracing(given: JsonObject | undefined): string {
  return JSON.stringify({ enabled: given?.['enabled'] === true });
}

const KEY_TYPES: readonly unknown[] = ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'];

/**
 * The canonical JSON text of an encryptionConfiguration, which is kept and told but encrypts nothing here.
 * @returns undefined where none is given
 * @throws AwsError InvalidEncryptionConfiguration
 */
export function readEncryption(given: JsonObject | undefined): string | undefined {
  if (given === undefined) return undefined;
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds: period } = given;
  const own = type === 'CUSTOMER_MANAGED_KMS_KEY';
  if (!KEY_TYPES.includes(type)) throw invalidEncryption(`Unknown type ${JSON.stringify(type ?? null)}.`);
  if (own !== (typeof kmsKeyId === 'string')) {
    throw invalidEncryption(own ? 'A kmsKeyId is needed.' : `A kmsKeyId does not go with ${String(type)}.`);
  }
  if (!own) return JSON.stringify({ type });
  return JSON.stringify({ type, kmsKeyId, kmsDataKeyReusePeriodSeconds: period ?? 300 });
}

/** The group a machine logs to; `undefined` when it does not log. */
export function logGroupOf(logging: LoggingConfiguration): string | undefined {
  return logging.level === 'OFF' ? undefined : groupName(logging.destinations?.[0]?.cloudWatchLogsLogGroup.logGroupArn);
}

/** From `arn:aws:logs:region:account:log-group:NAME:*`. */
function groupName(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1];
}

function invalidLogging(reason: string): AwsError {
  return new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);
}

function invalidEncryption(reason: string): AwsError {
  return new AwsError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${reason}`);
}
