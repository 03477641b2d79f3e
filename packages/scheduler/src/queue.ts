// A first-in, first-out queue whose stale head can be dropped.
// Not here: priorities (heap.ts).

/** Gives out entries in the order they came. Every operation costs O(1), amortised. */
export class Queue<T> {
  #entries: T[] = [];
  #head = 0;

  peek(): T | undefined {
    return this.#entries[this.#head];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** Drops entries from the head for as long as they are stale. */
  pruneHead(isStale: (entry: T) => boolean): void {
    while (this.#head < this.#entries.length && isStale(this.#entries[this.#head] as T)) this.#head += 1;
    if (this.#head === this.#entries.length) this.clear();
    else if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    if (this.#entries.length > 0) this.#entries = [];
    this.#head = 0;
  }
}
