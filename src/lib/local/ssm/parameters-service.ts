import type { LocalSources, WireService } from '../ports.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../states/arns.js';
import { AwsError } from '../wire/aws-error.js';
import { createAwsJsonService } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { epochSeconds } from '../states/wire-time.js';

/** Systems Manager's parameters, read only: what the environment publishes about itself, by name. */
export function createParametersService(
  parameters: ReadonlyMap<string, string>,
  publishedAt: number,
  sources: Pick<LocalSources, 'uuid'>,
): WireService {
  const find = (given: string): object | undefined => {
    const name = nameOf(given);
    const value = parameters.get(name);
    if (value === undefined) return undefined;
    return {
      Name: name,
      Type: 'String',
      Value: value,
      Version: 1,
      LastModifiedDate: epochSeconds(publishedAt),
      ARN: `arn:aws:ssm:${LOCAL_REGION}:${LOCAL_ACCOUNT}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
      DataType: 'text',
    };
  };

  return createAwsJsonService(
    { target: 'AmazonSSM', version: '1.1' },
    {
      GetParameter: (input) => {
        const read = new Constraints(input);
        const name = read.requiredText('Name', { min: 1, max: 2048 });
        read.check();
        const parameter = find(name);
        // AWS sends this error without a message.
        if (parameter === undefined) throw new AwsError('ParameterNotFound', '');
        return { Parameter: parameter };
      },
      GetParameters: (input) => {
        const names = (new Constraints(input).list('Names') ?? []).map(String);
        return {
          Parameters: names.flatMap((name) => find(name) ?? []),
          InvalidParameters: names.filter((name) => find(name) === undefined),
        };
      },
    },
    sources,
  );
}

/** By name or ARN, with or without a version or label behind it. */
function nameOf(given: string): string {
  const name = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(?<name>\/.*)$/.exec(given)?.groups?.['name'] ?? given;
  return name.split(':')[0] ?? name;
}
