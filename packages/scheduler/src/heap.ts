// A binary heap, for the steps that could start and for the times that will come.
// Not here: what makes an entry stale (the owner prunes with `pruneTop`).

/** Gives out its least entry first. Push and pop cost O(log n), peek O(1). */
export class Heap<T> {
  readonly #entries: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#entries.length;
  }

  peek(): T | undefined {
    return this.#entries[0];
  }

  push(entry: T): void {
    const entries = this.#entries;
    let index = entries.length;
    entries.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as T;
      if (!this.#isBefore(entry, parent)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  pop(): T | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop() as T;
    const size = entries.length;
    if (size === 0) return top;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= size) break;
      if (childIndex + 1 < size && this.#isBefore(entries[childIndex + 1] as T, entries[childIndex] as T)) childIndex += 1;
      const child = entries[childIndex] as T;
      if (!this.#isBefore(child, last)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = last;
    return top;
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** Drops entries from the top for as long as they are stale. */
  pruneTop(isStale: (entry: T) => boolean): void {
    for (let top = this.peek(); top !== undefined && isStale(top); top = this.peek()) this.pop();
  }
}
