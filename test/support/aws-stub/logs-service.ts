import { stubArn } from './place.js';
import { AwsError, found, Tags, textOf, type Service } from './service.js';

interface LogGroup {
  readonly logGroupName: string;
  readonly arn: string;
  readonly logGroupArn: string;
  readonly logGroupClass: string;
  readonly creationTime: number;
  readonly storedBytes: number;
  retentionInDays?: number;
  kmsKeyId?: string;
}

export function logsService(): Service {
  const groups = new Map<string, LogGroup>();
  const tags = new Tags();
  const bare = (arn: unknown) => String(arn).replace(/:\*$/u, '');
  return {
    scope: 'logs',
    target: 'Logs_20140328',
    protocol: 'json',
    state: { logGroups: groups },
    operations: {
      CreateLogGroup: ({ logGroupName, kmsKeyId, tags: given, logGroupClass }) => {
        const name = String(logGroupName);
        if (groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', `${name} exists`);
        const arn = stubArn('logs', `log-group:${name}`);
        groups.set(name, {
          logGroupName: name,
          arn: `${arn}:*`,
          logGroupArn: arn,
          logGroupClass: textOf(logGroupClass, 'STANDARD'),
          creationTime: 0,
          storedBytes: 0,
          ...(kmsKeyId === undefined ? {} : { kmsKeyId: textOf(kmsKeyId) }),
        });
        tags.add(arn, given);
      },
      DescribeLogGroups: ({ logGroupNamePrefix: prefix }) => ({
        logGroups: [...groups.values()].filter(({ logGroupName }) => logGroupName.startsWith(textOf(prefix))),
      }),
      FilterLogEvents: ({ logGroupName, logGroupIdentifier }) => {
        found(
          groups,
          textOf(logGroupName, textOf(logGroupIdentifier)).replace(/^.*:log-group:/u, ''),
          'ResourceNotFoundException',
        );
        return { events: [] };
      },
      PutRetentionPolicy: ({ logGroupName, retentionInDays }) => {
        found(groups, logGroupName, 'ResourceNotFoundException').retentionInDays = Number(retentionInDays);
      },
      DeleteRetentionPolicy: ({ logGroupName }) => {
        delete found(groups, logGroupName, 'ResourceNotFoundException').retentionInDays;
      },
      AssociateKmsKey: ({ logGroupName, kmsKeyId }) => {
        found(groups, logGroupName, 'ResourceNotFoundException').kmsKeyId = String(kmsKeyId);
      },
      DisassociateKmsKey: ({ logGroupName }) => {
        delete found(groups, logGroupName, 'ResourceNotFoundException').kmsKeyId;
      },
      DeleteLogGroup: ({ logGroupName }) => {
        found(groups, logGroupName, 'ResourceNotFoundException');
        groups.delete(String(logGroupName));
      },
      ListTagsForResource: ({ resourceArn }) => ({ tags: tags.record(bare(resourceArn)) }),
      TagResource: ({ resourceArn, tags: given }) => tags.add(bare(resourceArn), given),
      UntagResource: ({ resourceArn, tagKeys }) => tags.remove(bare(resourceArn), tagKeys),
    },
  };
}
