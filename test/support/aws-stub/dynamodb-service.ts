import { stubArn } from './place.js';
import { AwsError, found, Tags, type Input, type Service } from './service.js';

interface Table {
  description: Record<string, unknown>;
  pointInTimeRecovery: boolean;
  timeToLive: string | undefined;
}

/** Tables, not their rows. A table is ACTIVE at once. */
export function dynamoDbService(): Service {
  const tables = new Map<string, Table>();
  const tags = new Tags();
  const tableOf = ({ TableName }: Input): Table => found(tables, TableName, 'ResourceNotFoundException');
  return {
    scope: 'dynamodb',
    target: 'DynamoDB_20120810',
    protocol: 'json',
    state: { tables },
    operations: {
      CreateTable: ({ Tags: given, ...input }) => {
        const name = String(input['TableName']);
        if (tables.has(name)) throw new AwsError('ResourceInUseException', `${name} exists`);
        const arn = stubArn('dynamodb', `table/${name}`);
        const indexes = (input['GlobalSecondaryIndexes'] ?? []) as readonly Input[];
        const description = {
          TableName: name,
          TableArn: arn,
          TableId: `id-of-${name}`,
          TableStatus: 'ACTIVE',
          CreationDateTime: 0,
          AttributeDefinitions: input['AttributeDefinitions'],
          KeySchema: input['KeySchema'],
          BillingModeSummary: { BillingMode: input['BillingMode'] ?? 'PROVISIONED' },
          ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
          GlobalSecondaryIndexes: indexes.map((index) => ({
            ...index,
            IndexStatus: 'ACTIVE',
            IndexArn: `${arn}/index/${String(index['IndexName'])}`,
            ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
          })),
          DeletionProtectionEnabled: input['DeletionProtectionEnabled'] ?? false,
          ...encryptionOf(input['SSESpecification']),
        };
        tables.set(name, { description, pointInTimeRecovery: false, timeToLive: undefined });
        tags.add(arn, given);
        return { TableDescription: description };
      },
      DescribeTable: (input) => ({ Table: tableOf(input).description }),
      UpdateTable: (input) => {
        const table = tableOf(input);
        const { DeletionProtectionEnabled: protection, SSESpecification: encryption } = input;
        table.description = {
          ...table.description,
          ...(protection === undefined ? {} : { DeletionProtectionEnabled: protection }),
          ...encryptionOf(encryption),
        };
        return { TableDescription: table.description };
      },
      DeleteTable: (input) => {
        const { description } = tableOf(input);
        if (description['DeletionProtectionEnabled'] === true) {
          throw new AwsError('ValidationException', 'Resource cannot be deleted as it is currently protected');
        }
        tables.delete(String(input['TableName']));
        return { TableDescription: { ...description, TableStatus: 'DELETING' } };
      },
      DescribeContinuousBackups: (input) => ({ ContinuousBackupsDescription: backups(tableOf(input)) }),
      UpdateContinuousBackups: (input) => {
        const table = tableOf(input);
        const wanted = input['PointInTimeRecoverySpecification'] as { PointInTimeRecoveryEnabled: boolean };
        table.pointInTimeRecovery = wanted.PointInTimeRecoveryEnabled;
        return { ContinuousBackupsDescription: backups(table) };
      },
      DescribeTimeToLive: (input) => {
        const { timeToLive } = tableOf(input);
        const off = { TimeToLiveStatus: 'DISABLED' };
        const on = { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive };
        return { TimeToLiveDescription: timeToLive === undefined ? off : on };
      },
      UpdateTimeToLive: (input) => {
        const wanted = input['TimeToLiveSpecification'] as { Enabled: boolean; AttributeName: string };
        tableOf(input).timeToLive = wanted.Enabled ? wanted.AttributeName : undefined;
        return { TimeToLiveSpecification: wanted };
      },
      ListTagsOfResource: ({ ResourceArn: arn }) => ({ Tags: tags.list(arn) }),
      TagResource: ({ ResourceArn: arn, Tags: given }) => tags.add(arn, given),
      UntagResource: ({ ResourceArn: arn, TagKeys: keys }) => tags.remove(arn, keys),
    },
  };
}

function encryptionOf(specification: unknown): object {
  const wanted = specification as { Enabled?: boolean; KMSMasterKeyId?: string } | undefined;
  if (wanted?.Enabled !== true) return {};
  return { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: wanted.KMSMasterKeyId } };
}

function backups({ pointInTimeRecovery: on }: Table): object {
  const status = on
    ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 }
    : { PointInTimeRecoveryStatus: 'DISABLED' };
  return { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: status };
}
