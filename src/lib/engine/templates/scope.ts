import type { Json } from '../protocol.js';

/** All that a path, an intrinsic function or a template can see while one state is evaluated. */
export interface Scope {
  /** What `$` is: the effective input or the result, depending on the field. */
  readonly input: Json;
  /** What `$$` is. */
  readonly context: Json;
  /** What `$name` finds: variables of this scope and of those around it. */
  readonly variables: Readonly<Record<string, Json>>;
  /** 0 <= x < 1; for States.MathRandom without a seed. */
  random(): number;
  uuid(): string;
}
