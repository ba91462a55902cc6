import { describe, expect, it } from 'vitest';
import { resolveExpression } from '../../../src/lib/engine/templates/resolve-expression.js';
import { resolveTemplate } from '../../../src/lib/engine/templates/resolve-template.js';
import { scopeOf } from '../scope.js';

const scope = scopeOf({ id: 'o-1', lines: [{ sku: 'A' }] }, { context: { Execution: { Id: 'arn' } } });

describe('payload templates', () => {
  it('computes the members with .$ at any depth and leaves the rest as it is', () => {
    const template = {
      FunctionName: 'validate',
      Payload: {
        'orderId.$': '$.id',
        'execution.$': '$$.Execution.Id',
        literal: '$.id',
        list: [{ 'sku.$': '$.lines[0].sku' }, '$.id'],
      },
      'greeting.$': "States.Format('order {}', $.id)",
    };
    const before = structuredClone(template);
    expect(resolveTemplate(template, scope)).toEqual({
      FunctionName: 'validate',
      Payload: { orderId: 'o-1', execution: 'arn', literal: '$.id', list: [{ sku: 'A' }, '$.id'] },
      greeting: 'order o-1',
    });
    expect(template).toEqual(before);
  });

  it('hands on a template that computes nothing', () => {
    const template = { a: [1, { b: null }] };
    expect(resolveTemplate(template, scope)).toBe(template);
  });

  it('keeps the order of the template', () => {
    expect(JSON.stringify(resolveTemplate({ z: 1, 'a.$': '$.id', m: 2 }, scope))).toBe('{"z":1,"a":"o-1","m":2}');
  });

  it('names the field in whose place nothing was found', () => {
    expect(() => resolveTemplate({ Payload: { 'total.$': '$.total' } }, scope)).toThrow(
      expect.objectContaining({
        errorName: 'States.Runtime',
        message:
          "The JSONPath '$.total' specified for the field 'total.$' could not be found in the input " +
          `'{"id":"o-1","lines":[{"sku":"A"}]}'`,
      }),
    );
    expect(() => resolveExpression('$.ErrorX', scope, 'ErrorPath')).toThrow(/for the field 'ErrorPath' could not/);
  });
});
