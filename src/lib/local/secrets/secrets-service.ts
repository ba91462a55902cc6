import type { LocalSources, WireService } from '../ports.js';
import { inTransaction, type Database } from '../store/database.js';
import { AwsError } from '../wire/aws-error.js';
import { createAwsJsonService, type JsonObject, type Operations } from '../wire/aws-json-service.js';
import { addVersion, createSecret, findSecret, versionsOf, type Secret, type SecretVersion } from './secret-store.js';

const LARGEST_SECRET = 65_536;

/** Secrets Manager: secrets with versions and stages. No rotation, no encryption, no deletion window. */
export function createSecretsService(database: Database.Database, sources: LocalSources): WireService {
  const one = (perform: (input: JsonObject) => object) => (input: JsonObject) =>
    inTransaction(database, () => perform(input));

  const put = (secret: Secret, input: JsonObject): object => {
    const token = input['ClientRequestToken'];
    const versionId = typeof token === 'string' ? token : sources.uuid();
    const stages = Array.isArray(input['VersionStages']) ? input['VersionStages'].map(String) : ['AWSCURRENT'];
    const content = contentOf(input);
    const same = versionsOf(database, secret.name).find((version) => version.versionId === versionId);
    if (same === undefined) {
      addVersion(database, secret.name, { versionId, stages, ...content, createdAt: sources.now() });
    } else if (same.text !== content.text || same.binary !== content.binary) {
      const message = `You can't modify an existing version; the client token ${versionId} was used with other content.`;
      throw new AwsError('ResourceExistsException', message);
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
  };

  const operations: Operations = {
    CreateSecret: one((input) => {
      const name = input['Name'];
      if (typeof name !== 'string' || !/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
        throw new AwsError(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
        );
      }
      if (findSecret(database, name) !== undefined) {
        throw new AwsError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      }
      const description = typeof input['Description'] === 'string' ? input['Description'] : undefined;
      const secret = createSecret(database, name, description, sources.now());
      if (input['SecretString'] === undefined && input['SecretBinary'] === undefined)
        return { ARN: secret.arn, Name: name };
      return put(secret, input);
    }),
    PutSecretValue: one((input) => put(existingSecret(database, input), input)),
    GetSecretValue: one((input) => {
      const secret = existingSecret(database, input);
      const version = chosenVersion(versionsOf(database, secret.name), input);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.versionId,
        VersionStages: version.stages,
        SecretString: version.text,
        SecretBinary: version.binary,
        CreatedDate: version.createdAt / 1000,
      };
    }),
    DescribeSecret: one((input) => {
      const secret = existingSecret(database, input);
      const versions = versionsOf(database, secret.name).filter((version) => version.stages.length > 0);
      const stages = Object.fromEntries(versions.map((version) => [version.versionId, version.stages]));
      return { ARN: secret.arn, Name: secret.name, CreatedDate: secret.createdAt / 1000, VersionIdsToStages: stages };
    }),
  };
  return createAwsJsonService({ target: 'secretsmanager', version: '1.1' }, operations, sources);
}

function contentOf(input: JsonObject): Pick<SecretVersion, 'text' | 'binary'> {
  const text = input['SecretString'];
  const binary = input['SecretBinary'];
  if ((typeof text === 'string') === (typeof binary === 'string')) {
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  const size = typeof text === 'string' ? Buffer.byteLength(text) : Buffer.byteLength(String(binary), 'base64');
  if (size > LARGEST_SECRET)
    throw new AwsError('InvalidParameterException', `The secret is longer than ${LARGEST_SECRET} bytes.`);
  return typeof text === 'string' ? { text } : { binary: String(binary) };
}

function existingSecret(database: Database.Database, input: JsonObject): Secret {
  const secret = findSecret(database, textOf(input, 'SecretId') ?? '');
  if (secret === undefined) {
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return secret;
}

function chosenVersion(versions: readonly SecretVersion[], input: JsonObject): SecretVersion {
  const id = textOf(input, 'VersionId');
  const stage = textOf(input, 'VersionStage') ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const version = versions.find(
    (one) => (id === undefined || one.versionId === id) && (stage === undefined || one.stages.includes(stage)),
  );
  if (version !== undefined) return version;
  const wanted = id === undefined ? `staging label: ${stage ?? ''}` : `VersionId: ${id}`;
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${wanted}`,
  );
}

function textOf(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  return typeof value === 'string' ? value : undefined;
}
