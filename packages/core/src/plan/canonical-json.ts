// One text for one value: JSON with sorted keys and no spaces, so that equal plans are equal bytes.
// Not here: digests (the host's hash function).

/** Returns the canonical JSON of plain data: keys in order of their UTF-16 units, members without a value left out. */
export function canonicalJson(value: unknown): string {
  const pieces: string[] = [];
  writeCanonicalJson(value, (piece) => pieces.push(piece));
  return pieces.join('');
}

/** Hands the canonical JSON of plain data over piece by piece; no piece ends within a character. That of a large plan has megabytes. */
export function writeCanonicalJson(value: unknown, take: (piece: string) => void): void {
  const writer = new Writer(take);
  writer.write(value);
  writer.end();
}

const PIECE_LENGTH = 64 << 10;

class Writer {
  readonly #take: (piece: string) => void;
  readonly #keys = new Map<string, string>();
  #piece = '';

  constructor(take: (piece: string) => void) {
    this.#take = take;
  }

  write(value: unknown): void {
    if (typeof value !== 'object' || value === null) this.#put(JSON.stringify(value ?? null));
    else if (Array.isArray(value)) this.#writeList(value);
    else this.#writeTable(value as { readonly [key: string]: unknown });
  }

  end(): void {
    if (this.#piece !== '') this.#take(this.#piece);
    this.#piece = '';
  }

  #writeList(items: readonly unknown[]): void {
    this.#put('[');
    for (let at = 0; at < items.length; at++) {
      if (at > 0) this.#put(',');
      this.write(items[at]);
    }
    this.#put(']');
  }

  #writeTable(table: { readonly [key: string]: unknown }): void {
    let before = '{';
    for (const key of sorted(Object.keys(table))) {
      const value = table[key];
      if (value === undefined) continue;
      this.#put(before);
      this.#put(this.#keyText(key));
      this.write(value);
      before = ',';
    }
    this.#put(before === '{' ? '{}' : '}');
  }

  #keyText(key: string): string {
    let text = this.#keys.get(key);
    if (text === undefined) this.#keys.set(key, (text = `${JSON.stringify(key)}:`));
    return text;
  }

  #put(text: string): void {
    this.#piece += text;
    if (this.#piece.length >= PIECE_LENGTH) this.end();
  }
}

/** Most tables are small, and many in order already. */
function sorted(keys: string[]): string[] {
  for (let at = 1; at < keys.length; at++) if (keys[at - 1]! > keys[at]!) return keys.sort();
  return keys;
}
