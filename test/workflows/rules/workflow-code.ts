import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** What the functions' source says about them, by what a state calls: a function's name, or its name and action. */
export interface WorkflowCode {
  /** Errors of ours that it may throw, sorted. */
  readonly thrown: Record<string, string[]>;
  /** Fields of what it answers with, e.g. `lines[].sku`, sorted. */
  readonly returned: Record<string, string[]>;
}

/** charge-payment does two things, by the payload's `action`; each leaves out what only the other one calls. */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'charge-payment': { authorize: 'capturePayment', capture: 'authorizePayment' },
};

/**
 * Reads the sources of the workflow with the TypeScript compiler: from each function's module along every reference, and
 * from a port's method to every adapter's method of that name. An error that is thrown and caught again on the way counts
 * as thrown; nothing that can be thrown is left out.
 */
export function readWorkflowCode(folder: string): WorkflowCode {
  const functions = readdirSync(join(folder, 'functions')).filter((file) =>
    readFileSync(join(folder, 'functions', file), 'utf8').includes('export const handler ='),
  );
  const sources = new Sources(
    functions.map((file) => join(folder, 'functions', file)),
    folder,
  );
  const code: WorkflowCode = { thrown: {}, returned: {} };
  for (const file of functions) {
    const name = file.replace(/\.ts$/, '');
    const parts = Object.entries(ACTIONS[name] ?? { '': '' });
    for (const [action, left] of parts) {
      const key = action === '' ? name : `${name} ${action}`;
      const reached = sources.reachedFrom(join(folder, 'functions', file), left);
      code.thrown[key] = sources.errorsMadeIn(reached);
      code.returned[key] = sources.fieldsReturnedBy(join(folder, 'functions', file), left);
    }
  }
  return code;
}

class Sources {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  /** Methods of adapters by name. */
  readonly #implementations = new Map<string, ts.Node[]>();

  constructor(
    roots: readonly string[],
    private readonly folder: string,
  ) {
    const options: ts.CompilerOptions = { noLib: true, types: [], target: ts.ScriptTarget.ES2022 };
    const host = ts.createCompilerHost(options);
    // Only files of the workflow: the SDKs' types say nothing about our errors and take seconds to read.
    host.resolveModuleNameLiterals = (literals, containing) =>
      literals.map(({ text }) => {
        const file = resolve(dirname(containing), text.replace(/\.js$/, '.ts'));
        const isOurs = text.startsWith('.') && existsSync(file);
        return { resolvedModule: isOurs ? { resolvedFileName: file, extension: ts.Extension.Ts } : undefined };
      });
    this.#program = ts.createProgram(roots, options, host);
    this.#checker = this.#program.getTypeChecker();
    for (const source of this.#program.getSourceFiles()) {
      if (source.fileName.includes('/adapters/')) this.#indexMethods(source);
    }
  }

  /** Declarations that the function's module refers to, directly or not. */
  reachedFrom(file: string, left: string): ReadonlySet<ts.Node> {
    const reached = new Set<ts.Node>();
    const open: ts.Node[] = [...this.#file(file).statements.filter((statement) => ts.isVariableStatement(statement))];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (reached.has(node)) continue;
      reached.add(node);
      const visit = (inner: ts.Node): void => {
        // Making an adapter calls none of its methods.
        if (isAdapterMethod(inner)) return;
        if (ts.isIdentifier(inner) || ts.isPrivateIdentifier(inner)) {
          open.push(...this.#declarations(inner).filter((one) => !isNamed(one, left)));
        }
        ts.forEachChild(inner, visit);
      };
      ts.forEachChild(node, visit);
    }
    return reached;
  }

  /** Names of the workflow's errors that are made there. */
  errorsMadeIn(nodes: ReadonlySet<ts.Node>): string[] {
    const names = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
        const made = this.#symbol(node.expression)?.declarations?.find(ts.isClassDeclaration);
        if (made?.getSourceFile().fileName.endsWith('/domain/errors.ts') === true) names.add(thrownName(made));
      }
      ts.forEachChild(node, visit);
    };
    nodes.forEach(visit);
    return [...names].sort();
  }

  /** What the step that `work` calls says it returns. */
  fieldsReturnedBy(file: string, left: string): string[] {
    const fields = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
        const step = this.#symbol(node.expression)?.declarations?.find(ts.isFunctionDeclaration);
        if (step?.getSourceFile().fileName.includes('/steps/') === true && step.type && !isNamed(step, left)) {
          for (const field of this.#fieldsOf(step.type)) fields.add(field);
        }
      }
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(this.#file(file), visit);
    return [...fields].sort();
  }

  #fieldsOf(type: ts.TypeNode, path = ''): string[] {
    if (ts.isTypeOperatorNode(type)) return this.#fieldsOf(type.type, path);
    if (ts.isArrayTypeNode(type)) return this.#fieldsOf(type.elementType, `${path}[]`);
    if (ts.isTypeLiteralNode(type)) return this.#memberFields(type.members, path);
    if (!ts.isTypeReferenceNode(type)) return [path];
    if (type.typeName.getText() === 'Promise' && type.typeArguments?.[0]) {
      return this.#fieldsOf(type.typeArguments[0], path);
    }
    for (const found of this.#symbol(type.typeName)?.declarations ?? []) {
      if (ts.isTypeAliasDeclaration(found)) return this.#fieldsOf(found.type, path);
      if (!ts.isInterfaceDeclaration(found)) continue;
      const inherited = (found.heritageClauses ?? [])
        .flatMap((clause) => clause.types)
        .flatMap((base) => this.#symbol(base.expression)?.declarations ?? [])
        .filter(ts.isInterfaceDeclaration);
      return [found, ...inherited].flatMap((one) => this.#memberFields(one.members, path));
    }
    return [path];
  }

  #memberFields(members: ts.NodeArray<ts.TypeElement>, path: string): string[] {
    return members.flatMap((member) => {
      const name = `${path}${path === '' ? '' : '.'}${member.name?.getText() ?? '*'}`;
      return ts.isPropertySignature(member) && member.type ? this.#fieldsOf(member.type, name) : [name];
    });
  }

  #indexMethods(node: ts.Node): void {
    if ((ts.isMethodDeclaration(node) || isAdapterMethod(node)) && ts.isIdentifier(node.name)) {
      this.#implementations.set(node.name.text, [...(this.#implementations.get(node.name.text) ?? []), node]);
    }
    ts.forEachChild(node, (inner) => {
      this.#indexMethods(inner);
    });
  }

  #declarations(identifier: ts.Identifier | ts.PrivateIdentifier): ts.Node[] {
    return (this.#symbol(identifier)?.declarations ?? []).flatMap((one): ts.Node[] => {
      if (!one.getSourceFile().fileName.startsWith(this.folder)) return [];
      if (ts.isMethodSignature(one)) return this.#implementations.get(one.name.getText()) ?? [];
      if (ts.isClassDeclaration(one)) return one.members.filter(ts.isConstructorDeclaration);
      const hasCode =
        ts.isFunctionDeclaration(one) ||
        ts.isMethodDeclaration(one) ||
        ts.isGetAccessor(one) ||
        ts.isVariableDeclaration(one) ||
        ts.isPropertyDeclaration(one) ||
        ts.isPropertyAssignment(one);
      return hasCode ? [one] : [];
    });
  }

  #symbol(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.#checker.getSymbolAtLocation(node);
    return symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias
      ? this.#checker.getAliasedSymbol(symbol)
      : symbol;
  }

  #file(name: string): ts.SourceFile {
    const file = this.#program.getSourceFile(name);
    if (file === undefined) throw new Error(`${name} was not read`);
    return file;
  }
}

/** `readOrder: (order) => ...` in an object that is an adapter. */
function isAdapterMethod(node: ts.Node): node is ts.PropertyAssignment {
  return (
    ts.isPropertyAssignment(node) &&
    ts.isArrowFunction(node.initializer) &&
    node.getSourceFile().fileName.includes('/adapters/')
  );
}

function isNamed(node: ts.Node, name: string): boolean {
  return (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node)) && node.name?.getText() === name;
}

/** `override readonly name = '...'`: what Step Functions gets to see. */
function thrownName(made: ts.ClassDeclaration): string {
  const own = made.members.find(
    (member): member is ts.PropertyDeclaration => ts.isPropertyDeclaration(member) && member.name.getText() === 'name',
  );
  if (own?.initializer === undefined || !ts.isStringLiteral(own.initializer)) {
    throw new Error(`${made.name?.text} has no name that a state machine could match`);
  }
  return own.initializer.text;
}
