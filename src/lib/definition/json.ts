/** A JSON value; the engine's `Json` is the same type, written here because a definition depends on nobody. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
