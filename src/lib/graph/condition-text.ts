import type { ChoiceRule, ChoiceTest } from '../definition/types.js';

const SIGNS: Readonly<Record<string, string>> = {
  Equals: '=',
  LessThan: '<',
  LessThanEquals: '<=',
  GreaterThan: '>',
  GreaterThanEquals: '>=',
};

const OPERATOR = /^(?:String|Numeric|Timestamp|Boolean)(?<sign>Equals|(?:Less|Greater)Than(?:Equals)?)(?<path>Path)?$/;

/** A Choice's rule as a person would write it down: `$.charge = "DECLINED" and not $.held is present`. */
export function conditionText(rule: ChoiceRule | ChoiceTest): string {
  const fields = rule as Readonly<Record<string, unknown>>;
  if ('Condition' in fields) return expression(fields['Condition']);
  for (const [field, word] of [
    ['And', 'and'],
    ['Or', 'or'],
  ] as const) {
    const tests = fields[field];
    if (Array.isArray(tests)) return tests.map((test) => part(test as ChoiceTest)).join(` ${word} `);
  }
  if (isObject(fields['Not'])) return `not ${part(fields['Not'] as unknown as ChoiceTest)}`;
  return comparison(fields);
}

/** A combined test inside another one. */
function part(test: ChoiceTest): string {
  const text = conditionText(test);
  return 'And' in test || 'Or' in test ? `(${text})` : text;
}

function comparison(fields: Readonly<Record<string, unknown>>): string {
  const variable = typeof fields['Variable'] === 'string' ? fields['Variable'] : '?';
  for (const [operator, value] of Object.entries(fields)) {
    const groups = OPERATOR.exec(operator)?.groups;
    if (groups) {
      const right = groups['path'] === undefined ? JSON.stringify(value) : String(value);
      return `${variable} ${SIGNS[groups['sign'] ?? ''] ?? groups['sign'] ?? ''} ${right}`;
    }
    if (operator === 'StringMatches') return `${variable} matches ${JSON.stringify(value)}`;
    if (/^Is[A-Z]/.test(operator)) {
      const what = operator.slice(2).replace(/^Is/, '').toLowerCase();
      return `${variable} is ${value === false ? 'not ' : ''}${what}`;
    }
  }
  return variable;
}

/** JSONata without its marks. */
function expression(condition: unknown): string {
  if (typeof condition !== 'string') return String(condition);
  return /^\s*\{%(?<text>[^]*)%\}\s*$/.exec(condition)?.groups?.['text']?.trim() ?? condition;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
