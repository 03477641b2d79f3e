// Work that has to wait until what was decided is in the journal, such as removing what a result was read from.
// Not here: the journal (run-host.ts).

export class WorkWhenDurable {
  readonly #underWay = new Set<Promise<void>>();
  readonly #onProblem: (error: unknown) => void;
  #waiting: (() => Promise<void>)[] = [];

  constructor(onProblem: (error: unknown) => void) {
    this.#onProblem = onProblem;
  }

  /** Has it done at the next release. */
  add(work: () => Promise<void>): void {
    this.#waiting.push(work);
  }

  /** All that was decided is durable now. */
  release(): void {
    for (const work of this.#waiting.splice(0)) {
      const done = work()
        .catch(this.#onProblem)
        .finally(() => this.#underWay.delete(done));
      this.#underWay.add(done);
    }
  }

  /** Resolves when nothing that was released is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
