import { stubArn } from './place.js';
import { AwsError, found, Tags, textOf, type Input, type Service } from './service.js';

interface Role {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: string;
  readonly Description?: string;
  readonly MaxSessionDuration: number;
  readonly AssumeRolePolicyDocument: string;
}

const NO_ENTITY = ['NoSuchEntity', 404] as const;

/** Roles and their inline policies. Documents come back URL-encoded, as IAM does it. */
export function iamService(): Service {
  const roles = new Map<string, Role>();
  const policies = new Map<string, Map<string, string>>();
  const tags = new Tags();
  const roleOf = ({ RoleName }: Input): Role => found(roles, RoleName, ...NO_ENTITY);
  const shown = (role: Role) => ({
    ...role,
    AssumeRolePolicyDocument: encodeURIComponent(role.AssumeRolePolicyDocument),
    Tags: tags.list(role.Arn),
  });
  const changed = (role: Role, change: Partial<Role>): void => void roles.set(role.RoleName, { ...role, ...change });
  return {
    scope: 'iam',
    protocol: 'query',
    state: { roles, rolePolicies: policies },
    operations: {
      CreateRole: (input) => {
        const name = String(input['RoleName']);
        if (roles.has(name)) throw new AwsError('EntityAlreadyExists', `role ${name} exists`, 409);
        const role: Role = {
          RoleName: name,
          RoleId: `AROA${name.toUpperCase().replace(/[^A-Z]/gu, '')}`,
          Arn: stubArn('iam', `role/${name}`),
          Path: '/',
          CreateDate: '2026-01-01T00:00:00Z',
          ...(input['Description'] === undefined ? {} : { Description: textOf(input['Description']) }),
          MaxSessionDuration: Number(input['MaxSessionDuration'] ?? 3600),
          AssumeRolePolicyDocument: String(input['AssumeRolePolicyDocument']),
        };
        roles.set(name, role);
        policies.set(name, new Map());
        tags.add(role.Arn, input['Tags']);
        return { Role: shown(role) };
      },
      GetRole: (input) => ({ Role: shown(roleOf(input)) }),
      UpdateRole: (input) => changed(roleOf(input), { Description: textOf(input['Description']) }),
      UpdateAssumeRolePolicy: (input) =>
        changed(roleOf(input), { AssumeRolePolicyDocument: String(input['PolicyDocument']) }),
      DeleteRole: (input) => {
        const role = roleOf(input);
        if ((policies.get(role.RoleName)?.size ?? 0) > 0) {
          throw new AwsError('DeleteConflict', 'the role still has policies', 409);
        }
        roles.delete(role.RoleName);
      },
      TagRole: (input) => tags.add(roleOf(input).Arn, input['Tags']),
      UntagRole: (input) => tags.remove(roleOf(input).Arn, input['TagKeys']),
      PutRolePolicy: (input) => {
        const role = roleOf(input);
        policies.get(role.RoleName)?.set(String(input['PolicyName']), String(input['PolicyDocument']));
      },
      GetRolePolicy: (input) => {
        const role = roleOf(input);
        const document = found(
          policies.get(role.RoleName) ?? new Map<string, string>(),
          input['PolicyName'],
          ...NO_ENTITY,
        );
        return {
          RoleName: role.RoleName,
          PolicyName: input['PolicyName'],
          PolicyDocument: encodeURIComponent(document),
        };
      },
      DeleteRolePolicy: (input) => void policies.get(roleOf(input).RoleName)?.delete(String(input['PolicyName'])),
      ListRolePolicies: (input) => ({
        PolicyNames: [...(policies.get(roleOf(input).RoleName)?.keys() ?? [])],
        IsTruncated: false,
      }),
      ListAttachedRolePolicies: () => ({ AttachedPolicies: [], IsTruncated: false }),
      ListInstanceProfilesForRole: () => ({ InstanceProfiles: [], IsTruncated: false }),
    },
  };
}
