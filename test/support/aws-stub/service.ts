/** A request's parameters. */
export type Input = Readonly<Record<string, unknown>>;

/** What an operation answers; nothing is an empty answer. @throws AwsError */
export type Operation = (input: Input) => unknown;

interface Common {
  /** The service's name in a signature's scope. */
  readonly scope: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Kind of resource -> what there is of it, by name; for tests to look at. */
  readonly state: Readonly<Record<string, ReadonlyMap<string, unknown>>>;
  /** What stands before the dot in X-Amz-Target, for the JSON protocols. */
  readonly target?: string;
}

export type Service =
  | (Common & { readonly protocol: 'json' | 'query' })
  | (Common & {
      readonly protocol: 'rest';
      /** Which operation a request is for. */
      readonly route: (method: string, url: URL, body: string) => { action: string; input: Input } | undefined;
      readonly statusOf: (action: string) => number;
    });

/** An answer of AWS that is an error. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** The code of the query protocol that a service spoke before it spoke JSON; clients still look at it. */
    readonly queryCode?: string,
  ) {
    super(message);
  }
}

/** @throws AwsError of that code */
export function found<T>(
  things: ReadonlyMap<string, T>,
  name: unknown,
  code: string,
  status = 400,
  queryCode?: string,
): T {
  const thing = things.get(String(name));
  if (thing === undefined) throw new AwsError(code, `${String(name)} does not exist`, status, queryCode);
  return thing;
}

/** Tags as most services give and take them. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags of resources by ARN, for a service's three tag operations. */
export class Tags {
  readonly #byArn = new Map<string, Map<string, string>>();

  add(arn: unknown, tags: unknown): void {
    const kept = this.#byArn.get(String(arn)) ?? new Map<string, string>();
    this.#byArn.set(String(arn), kept);
    const pairs = Array.isArray(tags)
      ? (tags as readonly Partial<Tag & { TagKey: string; TagValue: string }>[]).map(
          (tag) => [tag.Key ?? tag.TagKey ?? '', tag.Value ?? tag.TagValue ?? ''] as const,
        )
      : Object.entries((tags ?? {}) as Record<string, string>);
    for (const [key, value] of pairs) kept.set(key, value);
  }

  remove(arn: unknown, keys: unknown): void {
    for (const key of (keys ?? []) as readonly string[]) this.#byArn.get(String(arn))?.delete(key);
  }

  list(arn: unknown): Tag[] {
    return [...(this.#byArn.get(String(arn)) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }

  record(arn: unknown): Record<string, string> {
    return Object.fromEntries(this.#byArn.get(String(arn)) ?? []);
  }
}

/** A parameter that is a text, or what stands for one that was not given. */
export function textOf(value: unknown, otherwise = ''): string {
  if (value === undefined || value === null) return otherwise;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
