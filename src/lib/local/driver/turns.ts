/** Lets so many things happen at once; the others wait, first come first served. */
export class Turns {
  private free: number;
  private readonly waiting: ((goOn: boolean) => void)[] = [];

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** @returns what the work gives, `undefined` when it was dismissed before its turn */
  async take<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.free > 0) this.free -= 1;
    else if (!(await new Promise<boolean>((resolve) => this.waiting.push(resolve)))) return undefined;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next(true);
    }
  }

  /** Those who wait need not wait any more. */
  dismiss(): void {
    for (const resolve of this.waiting.splice(0)) resolve(false);
  }
}
