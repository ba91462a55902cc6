/** Bundles the Lambda functions into `outFolder` (default: dist/functions of the project); answers with their names. */
export function buildFunctions(options?: { readonly outFolder?: string }): Promise<string[]>;
