import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planned, type PlannedResource } from './planned.js';
import { policyFindings, resourceFindings, RULED_TYPES, type Finding } from './scanner-rules.js';

/*
 * What checkov, trivy and tfsec look for, asked of the plan: none of them is needed to run this. What stays open is listed
 * with its reason in exceptions.json, and an exception that nothing needs any more is a failure, too.
 */
interface Exception {
  readonly rule: string;
  /** An address, a statement's Sid, or a whole type. */
  readonly resource: string;
  readonly because: string;
}

const EXCEPTIONS = JSON.parse(readFileSync(join(import.meta.dirname, 'exceptions.json'), 'utf8')) as Exception[];

const excuses = ({ rule, resource }: Exception, finding: Finding) =>
  finding.rule === rule && (finding.resource === resource || finding.resource.startsWith(`${resource}.`));

test('the default settings have no finding without a reason, and no reason without a finding', { timeout: 300_000 }, async (context) => {
  const { resources } = await planned(context, {});
  const findings = [...resourceFindings(resources), ...policyFindings(resources)];
  expect(findings.filter((finding) => !EXCEPTIONS.some((exception) => excuses(exception, finding)))).toEqual([]);
  expect(EXCEPTIONS.filter((exception) => !findings.some((finding) => excuses(exception, finding)))).toEqual([]);
  // A rule about a kind of resource that we have not, or no more, would hold whatever we do.
  const kinds = new Set(resources.map(({ type }) => type));
  expect(RULED_TYPES.filter((type) => !kinds.has(type))).toEqual([]);
  expect(EXCEPTIONS.every(({ because }) => because.length > 20)).toBe(true);
});

test('the rules find what they are for', () => {
  const resource = (type: string, values: PlannedResource['values']): PlannedResource => ({ address: `${type}.it`, type, values });
  const everything = { Statement: [{ Effect: 'Allow', Action: ['iam:*'], Resource: '*' }] };
  expect(policyFindings([resource('aws_iam_role_policy', { policy: JSON.stringify(everything) })]).map(({ rule }) => rule)).toEqual([
    'no-wildcard-action',
    'no-wildcard-resource',
    'no-way-to-more-rights',
  ]);
  const bare = RULED_TYPES.map((type) => resource(type, {}));
  expect(new Set(resourceFindings(bare).map(({ resource: address }) => address.split('.')[0]))).toEqual(new Set(RULED_TYPES));
  const secret = { environment: [{ variables: { STRIPE_KEY: 'sk_live_abc' } }] };
  expect(resourceFindings([resource('aws_lambda_function', secret)]).map(({ rule }) => rule)).toContain('functions-hold-no-secret');
});
