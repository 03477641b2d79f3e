// One text for one value: JSON with sorted keys and no spaces, so that equal plans are equal bytes.
// Not here: digests (the host's hash function).

/** Returns the canonical JSON of plain data: keys in order of their UTF-16 units, members without a value left out. */
export function canonicalJson(value: unknown): string {
  const writer = new Writer();
  writer.write(value);
  return writer.text();
}

/** So many pieces are joined at a time: large plans would otherwise be copied once for each level of nesting. */
const PIECES_AT_ONCE = 4096;

class Writer {
  readonly #chunks: string[] = [];
  #pieces: string[] = [];
  readonly #keys = new Map<string, string>();

  write(value: unknown): void {
    if (typeof value !== 'object' || value === null) this.#put(JSON.stringify(value ?? null));
    else if (Array.isArray(value)) this.#writeList(value);
    else this.#writeTable(value as { readonly [key: string]: unknown });
  }

  text(): string {
    this.#chunks.push(this.#pieces.join(''));
    this.#pieces = [];
    return this.#chunks.join('');
  }

  #writeList(items: readonly unknown[]): void {
    this.#put('[');
    for (const [at, item] of items.entries()) {
      if (at > 0) this.#put(',');
      this.write(item);
    }
    this.#put(']');
  }

  #writeTable(table: { readonly [key: string]: unknown }): void {
    this.#put('{');
    let isFirst = true;
    for (const key of Object.keys(table).sort()) {
      if (table[key] === undefined) continue;
      if (!isFirst) this.#put(',');
      isFirst = false;
      this.#put(this.#keyText(key));
      this.write(table[key]);
    }
    this.#put('}');
  }

  #keyText(key: string): string {
    let text = this.#keys.get(key);
    if (text === undefined) this.#keys.set(key, (text = `${JSON.stringify(key)}:`));
    return text;
  }

  #put(piece: string): void {
    if (this.#pieces.push(piece) < PIECES_AT_ONCE) return;
    this.#chunks.push(this.#pieces.join(''));
    this.#pieces = [];
  }
}
