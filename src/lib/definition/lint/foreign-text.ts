/** What somebody gave in place of a definition, and what to give instead; undefined where nobody can tell. */
export function foreignAdvice(text: string): string | undefined {
  if (!/^\s*[[{]/u.test(text)) {
    return /^\s*[\w'"]+\s*:/mu.test(text)
      ? 'this looks like YAML: give the definition as JSON, as it is when it is deployed'
      : undefined;
  }
  // A text in DefinitionString is a definition of its own, and a template has more around it.
  if (/"(AWSTemplateFormatVersion|Resources)"\s*:/u.test(text) && /"AWS::(StepFunctions|Serverless)::/u.test(text)) {
    return 'this is a CloudFormation template: give the definition of the state machine alone';
  }
  return undefined;
}
