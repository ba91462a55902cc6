import { stubArn } from './place.js';
import { found, Tags, type Input, type Service } from './service.js';

/** EventBridge: rules of the default bus and their targets. */
export function eventsService(): Service {
  const rules = new Map<string, Input>();
  const targets = new Map<string, Map<string, Input>>();
  const tags = new Tags();
  const ruleOf = (name: unknown): Input => found(rules, name, 'ResourceNotFoundException');
  return {
    scope: 'events',
    target: 'AWSEvents',
    protocol: 'json',
    state: { rules, ruleTargets: targets },
    operations: {
      PutRule: ({ Tags: given, ...rule }) => {
        const name = String(rule['Name']);
        const arn = stubArn('events', `rule/${name}`);
        rules.set(name, { State: 'ENABLED', EventBusName: 'default', ...rule, Arn: arn });
        if (!targets.has(name)) targets.set(name, new Map());
        tags.add(arn, given);
        return { RuleArn: arn };
      },
      DescribeRule: ({ Name: name }) => ruleOf(name),
      DeleteRule: ({ Name: name }) => void rules.delete(String(name)),
      PutTargets: ({ Rule: rule, Targets: given }) => {
        ruleOf(rule);
        for (const target of given as readonly Input[]) targets.get(String(rule))?.set(String(target['Id']), target);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
      ListTargetsByRule: ({ Rule: rule }) => {
        ruleOf(rule);
        return { Targets: [...(targets.get(String(rule))?.values() ?? [])] };
      },
      RemoveTargets: ({ Rule: rule, Ids: ids }) => {
        for (const id of ids as readonly string[]) targets.get(String(rule))?.delete(id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
      ListTagsForResource: ({ ResourceARN: arn }) => ({ Tags: tags.list(arn) }),
      TagResource: ({ ResourceARN: arn, Tags: given }) => tags.add(arn, given),
      UntagResource: ({ ResourceARN: arn, TagKeys: keys }) => tags.remove(arn, keys),
    },
  };
}
