import { STUB_ACCOUNT, stubArn } from './place.js';
import { found, Tags, textOf, type Input, type Service } from './service.js';

interface Key {
  readonly metadata: Record<string, unknown>;
  policy: string;
  rotates: boolean;
}

export function keysService(): Service {
  const keys = new Map<string, Key>();
  const aliases = new Map<string, Input>();
  const tags = new Tags();
  const idOf = (id: unknown) => String(id).split('/').pop() ?? '';
  const keyOf = ({ KeyId }: Input): Key => found(keys, idOf(KeyId), 'NotFoundException');
  return {
    scope: 'kms',
    target: 'TrentService',
    protocol: 'json',
    state: { keys, keyAliases: aliases },
    operations: {
      CreateKey: (input) => {
        const id = `00000000-0000-4000-8000-${String(keys.size + 1).padStart(12, '0')}`;
        const metadata = {
          KeyId: id,
          Arn: stubArn('kms', `key/${id}`),
          AWSAccountId: STUB_ACCOUNT,
          CreationDate: 0,
          Description: textOf(input['Description']),
          Enabled: true,
          KeyState: 'Enabled',
          KeyManager: 'CUSTOMER',
          KeyUsage: 'ENCRYPT_DECRYPT',
          KeySpec: 'SYMMETRIC_DEFAULT',
          CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
          Origin: 'AWS_KMS',
          MultiRegion: false,
        };
        const account = { AWS: `arn:aws:iam::${STUB_ACCOUNT}:root` };
        const own = [{ Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' }];
        const policy = textOf(input['Policy'], JSON.stringify({ Version: '2012-10-17', Statement: own }));
        keys.set(id, { metadata, policy, rotates: false });
        tags.add(id, input['Tags']);
        return { KeyMetadata: metadata };
      },
      DescribeKey: (input) => ({ KeyMetadata: keyOf(input).metadata }),
      GetKeyPolicy: (input) => ({ Policy: keyOf(input).policy, PolicyName: 'default' }),
      PutKeyPolicy: (input) => void (keyOf(input).policy = String(input['Policy'])),
      GetKeyRotationStatus: (input) => ({ KeyRotationEnabled: keyOf(input).rotates, RotationPeriodInDays: 365 }),
      EnableKeyRotation: (input) => void (keyOf(input).rotates = true),
      DisableKeyRotation: (input) => void (keyOf(input).rotates = false),
      UpdateKeyDescription: (input) => void (keyOf(input).metadata['Description'] = input['Description']),
      ListResourceTags: (input) => ({
        Tags: tags.list(idOf(input['KeyId'])).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
        Truncated: false,
      }),
      TagResource: (input) => tags.add(idOf(input['KeyId']), input['Tags']),
      UntagResource: (input) => tags.remove(idOf(input['KeyId']), input['TagKeys']),
      ScheduleKeyDeletion: (input) => {
        const { metadata } = keyOf(input);
        metadata['KeyState'] = 'PendingDeletion';
        metadata['Enabled'] = false;
        return { KeyId: metadata['Arn'], KeyState: 'PendingDeletion', DeletionDate: 0 };
      },
      CreateAlias: (input) => {
        const name = String(input['AliasName']);
        aliases.set(name, { AliasName: name, AliasArn: stubArn('kms', name), TargetKeyId: idOf(input['TargetKeyId']) });
      },
      ListAliases: () => ({ Aliases: [...aliases.values()], Truncated: false }),
      DeleteAlias: (input) => void aliases.delete(String(input['AliasName'])),
    },
  };
}
