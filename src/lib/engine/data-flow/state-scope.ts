import { contextObject, type ContextExtras, type ExecutionView } from '../context-object.js';
import type { Datum } from '../datum.js';
import type { Frame, Variables } from '../frame.js';
import type { Json, Sources } from '../protocol.js';
import type { Scope } from '../templates/scope.js';

/** The scope of one field of a state; the context object is made only if somebody looks at it. */
export class StateScope implements Scope {
  private made: Json | undefined;

  constructor(
    private readonly from: Datum,
    private readonly view: ExecutionView,
    private readonly frame: Frame,
    private readonly sources: Sources,
    private readonly extras: ContextExtras | undefined,
  ) {}

  get input(): Json {
    return this.from.value;
  }

  get context(): Json {
    this.made ??= contextObject(this.view, this.frame, this.extras);
    return this.made;
  }

  get variables(): Variables {
    return this.frame.variables;
  }

  random(): number {
    return this.sources.random();
  }

  uuid(): string {
    return this.sources.uuid();
  }
}
