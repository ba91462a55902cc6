import { createHash } from 'node:crypto';
import { stubArn } from './place.js';
import { AwsError, found, Tags, textOf, type Input, type Service } from './service.js';

type Configuration = Record<string, unknown>;

interface Function {
  latest: Configuration;
  /** In the order of publication. */
  readonly versions: Map<string, Configuration>;
  readonly aliases: Map<string, Configuration>;
}

const NONE = ['ResourceNotFoundException', 404] as const;

/** Which operation a method and a path are. `:name` becomes a field of the input. */
const ROUTES: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ['POST', /^\/2015-03-31\/functions$/u, 'CreateFunction'],
  ['GET', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)$/u, 'GetFunction'],
  ['DELETE', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)$/u, 'DeleteFunction'],
  ['GET', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/configuration$/u, 'GetFunctionConfiguration'],
  ['PUT', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/configuration$/u, 'UpdateFunctionConfiguration'],
  ['PUT', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/code$/u, 'UpdateFunctionCode'],
  ['POST', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/versions$/u, 'PublishVersion'],
  ['GET', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/versions$/u, 'ListVersionsByFunction'],
  ['POST', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/aliases$/u, 'CreateAlias'],
  ['GET', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/aliases\/(?<Name>[^/]+)$/u, 'GetAlias'],
  ['PUT', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/aliases\/(?<Name>[^/]+)$/u, 'UpdateAlias'],
  ['DELETE', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/aliases\/(?<Name>[^/]+)$/u, 'DeleteAlias'],
  ['GET', /^\/2020-06-30\/functions\/(?<FunctionName>[^/]+)\/code-signing-config$/u, 'GetFunctionCodeSigningConfig'],
  ['POST', /^\/2015-03-31\/event-source-mappings$/u, 'CreateEventSourceMapping'],
  ['GET', /^\/2015-03-31\/event-source-mappings\/(?<UUID>[^/]+)$/u, 'GetEventSourceMapping'],
  ['PUT', /^\/2015-03-31\/event-source-mappings\/(?<UUID>[^/]+)$/u, 'UpdateEventSourceMapping'],
  ['DELETE', /^\/2015-03-31\/event-source-mappings\/(?<UUID>[^/]+)$/u, 'DeleteEventSourceMapping'],
  ['GET', /^\/2017-03-31\/tags\/(?<Resource>.+)$/u, 'ListTags'],
  ['POST', /^\/2017-03-31\/tags\/(?<Resource>.+)$/u, 'TagResource'],
  ['DELETE', /^\/2017-03-31\/tags\/(?<Resource>.+)$/u, 'UntagResource'],
];

const STATUS: Readonly<Record<string, number>> = {
  CreateFunction: 201,
  PublishVersion: 201,
  CreateAlias: 201,
  DeleteFunction: 204,
  DeleteAlias: 204,
  TagResource: 204,
  UntagResource: 204,
  CreateEventSourceMapping: 202,
  UpdateEventSourceMapping: 202,
  DeleteEventSourceMapping: 202,
};

/** Functions with versions and aliases, and event source mappings. Nothing can be invoked. */
export function lambdaService(): Service {
  const functions = new Map<string, Function>();
  const mappings = new Map<string, Configuration>();
  const tags = new Tags();
  const functionOf = ({ FunctionName: name }: Input): Function => found(functions, nameOf(name), ...NONE);

  function publish(one: Function): Configuration {
    const last = [...one.versions.values()].at(-1);
    const revision = { RevisionId: one.latest['RevisionId'] };
    if (last !== undefined && last['RevisionId'] === revision.RevisionId) return last;
    const version = String(one.versions.size + 1);
    const published = {
      ...one.latest,
      Version: version,
      FunctionArn: `${String(one.latest['FunctionArn'])}:${version}`,
    };
    one.versions.set(version, published);
    return published;
  }

  function configurationOf(input: Input): Configuration {
    const one = functionOf(input);
    const qualifier = input['Qualifier'];
    if (qualifier === undefined || qualifier === '$LATEST') return one.latest;
    const version = one.aliases.get(textOf(qualifier))?.['FunctionVersion'] ?? qualifier;
    return found(one.versions, version, ...NONE);
  }

  function changed(one: Function, change: Configuration): Configuration {
    const latest = { ...one.latest, ...change };
    one.latest = { ...latest, RevisionId: hashOf(JSON.stringify({ ...latest, RevisionId: '' })) };
    return one.latest;
  }

  return {
    scope: 'lambda',
    protocol: 'rest',
    state: { functions, eventSourceMappings: mappings },
    route: (method, { pathname, searchParams }, body) => {
      for (const [wanted, path, action] of ROUTES) {
        const match = wanted === method ? path.exec(pathname) : null;
        if (match === null) continue;
        const inPath = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
        const query = [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)] as const);
        const inQuery = query.map(([name, all]) => [name, name === 'tagKeys' ? all : all[0]]);
        const inBody = body === '' ? {} : (JSON.parse(body) as object);
        return { action, input: { ...inBody, ...Object.fromEntries([...inQuery, ...inPath]) } as Input };
      }
      return undefined;
    },
    statusOf: (action) => STATUS[action] ?? 200,
    operations: {
      CreateFunction: ({ Code: code, Tags: given, Publish: publishes, ...settings }) => {
        const name = String(settings['FunctionName']);
        if (functions.has(name)) throw new AwsError('ResourceConflictException', `${name} exists`, 409);
        const arn = stubArn('lambda', `function:${name}`);
        const one: Function = { latest: {}, versions: new Map(), aliases: new Map() };
        changed(one, {
          ...settings,
          FunctionArn: arn,
          Version: '$LATEST',
          LastModified: '2026-01-01T00:00:00.000+0000',
          PackageType: 'Zip',
          EphemeralStorage: { Size: 512 },
          SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
          State: 'Active',
          LastUpdateStatus: 'Successful',
          ...codeOf(code as { readonly ZipFile?: string }),
        });
        functions.set(name, one);
        tags.add(arn, given);
        return publishes === true ? publish(one) : one.latest;
      },
      GetFunction: (input) => {
        const configuration = configurationOf(input);
        return {
          Configuration: configuration,
          Code: { RepositoryType: 'S3', Location: 'https://stub.invalid/code.zip' },
          Tags: tags.record(functionOf(input).latest['FunctionArn']),
        };
      },
      GetFunctionConfiguration: (input) => configurationOf(input),
      UpdateFunctionConfiguration: ({ FunctionName: name, ...settings }) =>
        changed(functionOf({ FunctionName: name }), settings),
      UpdateFunctionCode: ({ FunctionName: name, ZipFile: zip, Architectures: architectures, Publish: publishes }) => {
        const one = functionOf({ FunctionName: name });
        changed(one, {
          ...codeOf(zip === undefined ? {} : { ZipFile: textOf(zip) }),
          ...(architectures === undefined ? {} : { Architectures: architectures }),
        });
        return publishes === true ? publish(one) : one.latest;
      },
      PublishVersion: (input) => publish(functionOf(input)),
      ListVersionsByFunction: (input) => {
        const one = functionOf(input);
        return { Versions: [one.latest, ...one.versions.values()] };
      },
      DeleteFunction: (input) => {
        functionOf(input);
        functions.delete(nameOf(input['FunctionName']));
      },
      CreateAlias: (input) => {
        const one = functionOf(input);
        const name = String(input['Name']);
        if (one.aliases.has(name)) throw new AwsError('ResourceConflictException', `${name} exists`, 409);
        const alias = {
          Name: name,
          AliasArn: `${String(one.latest['FunctionArn'])}:${name}`,
          FunctionVersion: input['FunctionVersion'],
          Description: input['Description'] ?? '',
          RevisionId: 'stub',
        };
        one.aliases.set(name, alias);
        return alias;
      },
      GetAlias: (input) => found(functionOf(input).aliases, input['Name'], ...NONE),
      UpdateAlias: (input) => {
        const one = functionOf(input);
        const alias = found(one.aliases, input['Name'], ...NONE);
        const moved = {
          ...alias,
          FunctionVersion: input['FunctionVersion'] ?? alias['FunctionVersion'],
          Description: input['Description'] ?? alias['Description'],
        };
        one.aliases.set(String(input['Name']), moved);
        return moved;
      },
      DeleteAlias: (input) => void functionOf(input).aliases.delete(String(input['Name'])),
      GetFunctionCodeSigningConfig: (input) => ({ FunctionName: input['FunctionName'] }),
      CreateEventSourceMapping: ({ Tags: given, ...input }) => {
        const uuid = `00000000-0000-4000-9000-${String(mappings.size + 1).padStart(12, '0')}`;
        const arn = stubArn('lambda', `event-source-mapping:${uuid}`);
        const name = String(input['FunctionName']);
        const mapping = {
          ...input,
          FunctionArn: name.startsWith('arn:') ? name : stubArn('lambda', `function:${name}`),
          UUID: uuid,
          EventSourceMappingArn: arn,
          State: 'Enabled',
          StateTransitionReason: 'USER_INITIATED',
          LastModified: 0,
          MaximumBatchingWindowInSeconds: 0,
        };
        mappings.set(uuid, mapping);
        tags.add(arn, given);
        return mapping;
      },
      GetEventSourceMapping: (input) => found(mappings, input['UUID'], ...NONE),
      UpdateEventSourceMapping: ({ UUID: uuid, ...change }) => {
        const mapping = { ...found(mappings, uuid, ...NONE), ...change };
        mappings.set(String(uuid), mapping);
        return mapping;
      },
      DeleteEventSourceMapping: (input) => {
        const mapping = found(mappings, input['UUID'], ...NONE);
        mappings.delete(String(input['UUID']));
        return { ...mapping, State: 'Deleting' };
      },
      ListTags: (input) => ({ Tags: tags.record(input['Resource']) }),
      TagResource: (input) => tags.add(input['Resource'], input['Tags']),
      UntagResource: (input) => tags.remove(input['Resource'], input['tagKeys']),
    },
  };
}

/** From a name, an ARN, or either with a qualifier. */
function nameOf(text: unknown): string {
  const parts = String(text).split(':');
  return parts[0] === 'arn' ? (parts[6] ?? '') : (parts[0] ?? '');
}

function codeOf({ ZipFile: zip = '' }: { readonly ZipFile?: string }): Configuration {
  const bytes = Buffer.from(zip, 'base64');
  return { CodeSize: bytes.length, CodeSha256: createHash('sha256').update(bytes).digest('base64') };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
