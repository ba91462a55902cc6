import { stubArn } from './place.js';
import { AwsError, found, Tags, textOf, type Input, type Service } from './service.js';

interface Parameter {
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
  readonly ARN: string;
  readonly DataType: string;
  readonly Tier: string;
  readonly Description?: string;
}

const LARGEST_STANDARD = 4096;

export function parametersService(): Service {
  const parameters = new Map<string, Parameter>();
  const tags = new Tags();
  return {
    scope: 'ssm',
    target: 'AmazonSSM',
    protocol: 'json',
    state: { parameters },
    operations: {
      PutParameter: (input) => {
        const name = String(input['Name']);
        const value = String(input['Value']);
        const before = parameters.get(name);
        if (before !== undefined && input['Overwrite'] !== true) throw new AwsError('ParameterAlreadyExists', name);
        if (Buffer.byteLength(value) > LARGEST_STANDARD) throw new AwsError('ValidationException', 'too long');
        const description = input['Description'] ?? before?.Description;
        const parameter: Parameter = {
          Name: name,
          Type: textOf(input['Type'], before?.Type),
          Value: value,
          Version: (before?.Version ?? 0) + 1,
          ARN: stubArn('ssm', `parameter${name}`),
          DataType: 'text',
          Tier: textOf(input['Tier'], 'Standard'),
          ...(description === undefined ? {} : { Description: textOf(description) }),
        };
        parameters.set(name, parameter);
        tags.add(name, input['Tags']);
        return { Version: parameter.Version, Tier: parameter.Tier };
      },
      GetParameter: ({ Name: name }) => ({ Parameter: found(parameters, name, 'ParameterNotFound') }),
      GetParameters: ({ Names: names }) => ({
        Parameters: (names as readonly string[]).flatMap((name) => parameters.get(name) ?? []),
        InvalidParameters: (names as readonly string[]).filter((name) => !parameters.has(name)),
      }),
      GetParametersByPath: ({ Path: path }) => ({
        Parameters: [...parameters.values()].filter(({ Name }) => Name.startsWith(`${String(path)}/`)),
      }),
      DescribeParameters: ({ ParameterFilters: filters }) => {
        const names = ((filters ?? []) as readonly Input[]).flatMap((filter) => filter['Values'] as string[]);
        const shown = ({ Value: _value, ...rest }: Parameter) => rest;
        return { Parameters: names.flatMap((name) => parameters.get(name) ?? []).map(shown) };
      },
      DeleteParameter: ({ Name: name }) => {
        found(parameters, name, 'ParameterNotFound');
        parameters.delete(String(name));
      },
      ListTagsForResource: ({ ResourceId: id }) => ({ TagList: tags.list(id) }),
      AddTagsToResource: ({ ResourceId: id, Tags: given }) => tags.add(id, given),
      RemoveTagsFromResource: ({ ResourceId: id, TagKeys: keys }) => tags.remove(id, keys),
    },
  };
}
