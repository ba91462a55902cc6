import type { Form, FormValue } from './form-body.js';
import { badParameter } from './stripe-refusal.js';

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
};

/** Reads one request's parameters and refuses those nobody asked for, as Stripe does. */
export class Parameters {
  readonly #form: Form;
  readonly #read = new Set<string>(['expand']);

  constructor(form: Form) {
    this.#form = form;
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw badParameter(`Invalid string: ${JSON.stringify(value)}`, name);
    return value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw badParameter(`Missing required param: ${name}.`, name, 'parameter_missing');
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(value)) throw badParameter(`Invalid integer: ${value}`, name, 'parameter_invalid_integer');
    return Number(value);
  }

  flag(name: string): boolean {
    const value = this.text(name);
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw badParameter(`Invalid boolean: ${value}`, name);
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((one) => one === value);
    if (word === undefined) throw badParameter(`Invalid ${name}: must be one of ${words.join(', ')}`, name);
    return word;
  }

  /**
   * A range of times: seconds since the epoch by `gt`, `gte`, `lt`, `lte`, or one second. @returns whether a time is in it;
   * every time is where none is given.
   */
  times(name: string): (seconds: number) => boolean {
    const value = this.#take(name);
    if (value === undefined || value === '') return () => true;
    const bounds = typeof value === 'string' ? { gte: value, lte: value } : value;
    const tests = Object.entries(bounds).map(([bound, text]) => {
      const compare = COMPARISONS[bound];
      if (compare === undefined) throw badParameter(`Received unknown parameter: ${name}[${bound}]`, name);
      if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
        throw badParameter(`Invalid integer: ${JSON.stringify(text)}`, name);
      return (seconds: number) => compare(seconds, Number(text));
    });
    return (seconds) => tests.every((test) => test(seconds));
  }

  /** A list of texts. */
  list(name: string): readonly string[] | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') throw badParameter('Invalid array', name);
    return Object.values(value).map(String);
  }

  /** One member of a map, which may have no other. */
  nestedText(name: string, member: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') throw badParameter('Invalid object', name);
    const unknown = Object.keys(value).find((key) => key !== member);
    if (unknown !== undefined) {
      throw badParameter(`Received unknown parameter: ${name}[${unknown}]`, `${name}[${unknown}]`, 'parameter_unknown');
    }
    const text = value[member];
    return typeof text === 'string' && text !== '' ? text : undefined;
  }

  /** At most 50 keys of 40 characters with values of 500: https://docs.stripe.com/api/metadata */
  metadata(): Readonly<Record<string, string>> | undefined {
    const value = this.#take('metadata');
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') throw badParameter('Invalid object', 'metadata');
    const entries = Object.entries(value);
    if (entries.length > 50) throw badParameter('Metadata can have at most 50 keys', 'metadata');
    for (const [key, text] of entries) {
      if (key.length > 40) throw badParameter(`Metadata keys can be at most 40 characters: ${key}`, `metadata[${key}]`);
      if (typeof text !== 'string' || text.length > 500) {
        throw badParameter('Metadata values can be at most 500 characters', `metadata[${key}]`);
      }
    }
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /** A parameter that changes nothing here, kept as it came. */
  ignored(...names: readonly string[]): void {
    for (const name of names) this.#take(name);
  }

  /** To be called when all known ones were read. */
  refuseOthers(): void {
    const unknown = Object.keys(this.#form).find((name) => !this.#read.has(name));
    if (unknown !== undefined)
      throw badParameter(`Received unknown parameter: ${unknown}`, unknown, 'parameter_unknown');
  }

  #take(name: string): FormValue | undefined {
    this.#read.add(name);
    return this.#form[name];
  }
}
