import { isDeepStrictEqual } from 'node:util';
import type { MachineAlias, Route } from '../store/version-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn } from './arns.js';
import { ARN_LIMITS, requireMachine, type MachineParts } from './machine-operations.js';
import { pageToken, readPageToken } from './page-token.js';
import { aliasArn, checkUnqualified, readQualifiedArn, versionNumber } from './qualified-machine.js';
import { DESCRIPTION_LIMITS } from './publish-version.js';
import { epochSeconds } from './wire-time.js';

/** Source: quotas of Step Functions, "state machine aliases". */
const MOST_ALIASES = 100;
/** Source: the API model of CreateStateMachineAlias. */
const ALIAS_NAME = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/;
const ALIAS_ARN_LIMITS = { min: 1, max: 256 };

interface AliasPlace {
  readonly machine: string;
  readonly after: string;
}

/**
 * Create, update, describe, list and delete aliases. Sources: the API reference of each operation; texts of errors are
 * ours except where an emulator with recordings of AWS has the same.
 */
export function aliasOperations(parts: MachineParts): Operations {
  const { versions, sources } = parts;

  /** @throws AwsError ResourceNotFound */
  const requireAlias = (arn: string): MachineAlias => {
    checkArn(arn, 'stateMachine');
    const { stateMachineArn, qualifier } = readQualifiedArn(arn);
    if (qualifier === undefined || versionNumber(qualifier) !== undefined) {
      throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    }
    const alias = versions.alias(stateMachineArn, qualifier);
    if (alias === undefined) throw resourceNotFound();
    return alias;
  };

  /** The machine that all routes lead to. @throws AwsError ValidationException or ResourceNotFound */
  const checkRoutes = (routes: readonly Route[]): string => {
    const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
    for (const arn of arns) {
      checkArn(arn, 'stateMachine');
      if (versionNumber(readQualifiedArn(arn).qualifier) === undefined) {
        throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
      }
    }
    const machineArns = new Set(arns.map((arn) => readQualifiedArn(arn).stateMachineArn));
    const [machineArn = ''] = machineArns;
    if (machineArns.size > 1) {
      throw invalid(
        'Routing configuration must contain state machine version ARNs that belong to the same state machine.',
      );
    }
    if (new Set(arns).size < arns.length) {
      throw invalid(
        `Routing configuration must contain distinct state machine version ARNs. Received: [${arns.join(', ')}]`,
      );
    }
    if (routes.reduce((sum, { weight }) => sum + weight, 0) !== 100) {
      const weights = routes.map(({ weight }) => weight).join(', ');
      throw invalid(`Sum of routing configuration weights must equal 100. Received: [${weights}]`);
    }
    for (const arn of arns) {
      const number = versionNumber(readQualifiedArn(arn).qualifier) ?? 0;
      if (versions.version(machineArn, number) === undefined) throw resourceNotFound();
    }
    return machineArn;
  };

  return {
    CreateStateMachineAlias: (input) => {
      const read = new Constraints(input);
      const name = read.requiredText('name', { min: 1, max: 80 });
      const description = read.text('description', DESCRIPTION_LIMITS) ?? null;
      const routes = readRoutes(read);
      read.check();
      if (!ALIAS_NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
      if (routes === undefined) throw invalid('routingConfiguration is required.');
      return versions.atomically(() => {
        const stateMachineArn = checkRoutes(routes);
        const present = versions.alias(stateMachineArn, name);
        if (present !== undefined) {
          if (!isDeepStrictEqual(present.routes, routes) || present.description !== description) {
            throw new AwsError(
              'ConflictException',
              'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
            );
          }
          return { stateMachineAliasArn: aliasArn(present), creationDate: epochSeconds(present.createdAt) };
        }
        if (versions.aliases(stateMachineArn, '', MOST_ALIASES).length >= MOST_ALIASES) {
          throw new AwsError(
            'ServiceQuotaExceededException',
            `The state machine ${stateMachineArn} has ${MOST_ALIASES} aliases already.`,
          );
        }
        const now = sources.now();
        const alias = { stateMachineArn, name, description, routes, createdAt: now, updatedAt: now };
        versions.putAlias(alias);
        return { stateMachineAliasArn: aliasArn(alias), creationDate: epochSeconds(now) };
      });
    },

    UpdateStateMachineAlias: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineAliasArn', ALIAS_ARN_LIMITS);
      const description = read.text('description', DESCRIPTION_LIMITS);
      const routes = readRoutes(read);
      read.check();
      if (description === undefined && routes === undefined) {
        throw invalid('Either the description or the routingConfiguration must be specified.');
      }
      return versions.atomically(() => {
        const alias = requireAlias(arn);
        if (routes !== undefined && checkRoutes(routes) !== alias.stateMachineArn) {
          throw invalid('Routing configuration must contain versions of the state machine of the alias.');
        }
        const updatedAt = sources.now();
        versions.putAlias({
          ...alias,
          ...(description !== undefined && { description }),
          ...(routes !== undefined && { routes }),
          updatedAt,
        });
        return { updateDate: epochSeconds(updatedAt) };
      });
    },

    DescribeStateMachineAlias: (input) => {
      const alias = requireAlias(readAliasArn(new Constraints(input)));
      return {
        stateMachineAliasArn: aliasArn(alias),
        name: alias.name,
        ...(alias.description !== null && { description: alias.description }),
        routingConfiguration: alias.routes,
        creationDate: epochSeconds(alias.createdAt),
        updateDate: epochSeconds(alias.updatedAt),
      };
    },

    DeleteStateMachineAlias: (input) => {
      const { stateMachineArn, name } = requireAlias(readAliasArn(new Constraints(input)));
      versions.deleteAlias(stateMachineArn, name);
      return {};
    },

    ListStateMachineAliases: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const token = read.text('nextToken', { min: 1, max: 1024 });
      read.check();
      // With a version's ARN: the aliases that lead to this version.
      const { stateMachineArn, qualifier } = readQualifiedArn(arn);
      if (versionNumber(qualifier) === undefined) checkUnqualified(arn);
      else checkArn(arn, 'stateMachine');
      await requireMachine(parts, stateMachineArn);
      const place =
        token === undefined ? undefined : readPageToken<AliasPlace>(token, ({ machine }) => machine === arn);
      const limit = count === 0 ? 100 : count;
      const page = versions
        .aliases(stateMachineArn, place?.after ?? '', MOST_ALIASES)
        .filter(
          ({ routes }) => qualifier === undefined || routes.some((route) => route.stateMachineVersionArn === arn),
        );
      const shown = page.slice(0, limit);
      return {
        stateMachineAliases: shown.map((alias) => ({
          stateMachineAliasArn: aliasArn(alias),
          creationDate: epochSeconds(alias.createdAt),
        })),
        nextToken:
          page.length > limit ? pageToken<AliasPlace>({ machine: arn, after: shown.at(-1)?.name ?? '' }) : undefined,
      };
    },
  };
}

function readAliasArn(read: Constraints): string {
  const arn = read.requiredText('stateMachineAliasArn', ALIAS_ARN_LIMITS);
  read.check();
  return arn;
}

/** @throws AwsError ValidationException unless there are one or two with weights from 0 to 100. */
function readRoutes(read: Constraints): Route[] | undefined {
  const given = read.list('routingConfiguration');
  if (given === undefined) return undefined;
  if (given.length < 1 || given.length > 2) {
    const [limit, bound] = given.length < 1 ? ['greater', 1] : ['less', 2];
    throw invalid(
      `1 validation error detected: Value at 'routingConfiguration' failed to satisfy constraint: Member must have length ${limit} than or equal to ${bound}`,
    );
  }
  return given.map((route) => {
    const { stateMachineVersionArn, weight } = route as Partial<Route>;
    if (typeof stateMachineVersionArn !== 'string') throw invalid('A route needs a stateMachineVersionArn.');
    if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > 100) {
      throw invalid(`The weight of a route is an integer from 0 to 100, not ${String(weight)}.`);
    }
    return { stateMachineVersionArn, weight };
  });
}

function resourceNotFound(): AwsError {
  return new AwsError('ResourceNotFound', 'Request references a resource that does not exist.');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
