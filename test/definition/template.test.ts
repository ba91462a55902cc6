import { describe, expect, it } from 'vitest';
import { MissingPlaceholderError, renderTemplate } from '../../src/lib/definition/template.js';

describe('the definition as a template', () => {
  it('fills texts and numbers, and ignores variables it does not need', () => {
    const text = '{"Resource":"${FunctionArn}","TimeoutSeconds":${Timeout},"a.$":"$.b","Again":"${FunctionArn}"}';
    expect(renderTemplate(text, { FunctionArn: 'arn:x', Timeout: 30, Other: 1 })).toBe(
      '{"Resource":"arn:x","TimeoutSeconds":30,"a.$":"$.b","Again":"arn:x"}',
    );
  });

  it('inserts values as they are, even with dollars in them', () => {
    expect(renderTemplate('${A}', { A: "$& ${B} $'" })).toBe("$& ${B} $'");
  });

  it('leaves an escaped placeholder', () => {
    expect(renderTemplate('$${A} ${A}', { A: 1 })).toBe('${A} 1');
  });

  it('names every placeholder without a value', () => {
    expect(() => renderTemplate('${A} ${B} ${C} ${B}', { A: '' })).toThrow(new MissingPlaceholderError(['B', 'C']));
  });
});
