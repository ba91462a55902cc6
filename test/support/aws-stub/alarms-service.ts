import { stubArn } from './place.js';
import { found, Tags, type Input, type Service } from './service.js';

/** CloudWatch: alarms and dashboards. */
export function alarmsService(): Service {
  const alarms = new Map<string, Input>();
  const dashboards = new Map<string, string>();
  const tags = new Tags();
  return {
    scope: 'monitoring',
    protocol: 'query',
    state: { alarms, dashboards },
    operations: {
      PutMetricAlarm: ({ Action: _action, Version: _version, Tags: given, ...alarm }) => {
        const name = String(alarm['AlarmName']);
        const arn = stubArn('cloudwatch', `alarm:${name}`);
        alarms.set(name, { ...alarm, AlarmArn: arn, StateValue: 'INSUFFICIENT_DATA' });
        tags.add(arn, given);
      },
      DescribeAlarms: ({ AlarmNames: names }) => ({
        MetricAlarms: ((names ?? []) as readonly string[]).flatMap((name) => alarms.get(name) ?? []),
        CompositeAlarms: [],
      }),
      DeleteAlarms: ({ AlarmNames: names }) => {
        for (const name of (names ?? []) as readonly string[]) alarms.delete(name);
      },
      ListTagsForResource: (input) => ({ Tags: tags.list(input['ResourceARN']) }),
      TagResource: (input) => tags.add(input['ResourceARN'], input['Tags']),
      UntagResource: (input) => tags.remove(input['ResourceARN'], input['TagKeys']),
      PutDashboard: (input) => {
        dashboards.set(String(input['DashboardName']), String(input['DashboardBody']));
        return { DashboardValidationMessages: [] };
      },
      GetDashboard: ({ DashboardName: name }) => ({
        DashboardArn: `arn:aws:cloudwatch::000000000000:dashboard/${String(name)}`,
        DashboardName: name,
        DashboardBody: found(dashboards, name, 'ResourceNotFound', 404),
      }),
      DeleteDashboards: ({ DashboardNames: names }) => {
        for (const name of (names ?? []) as readonly string[]) dashboards.delete(name);
      },
    },
  };
}
