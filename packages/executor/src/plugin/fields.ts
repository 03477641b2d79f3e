// Reads a table of a manifest strictly: each key once by its type, and in the end no key that nobody asked for.
// Not here: what a manifest's keys are (read-manifest.ts).

import { suggest } from '@workflow-platform/core';

/** Where a mistake is: the keys from the manifest's root. */
export type ManifestPath = readonly (string | number)[];

/** Takes a mistake in. */
export type Report = (path: ManifestPath, message: string, help?: string) => void;

export class Fields {
  readonly path: ManifestPath;
  readonly #values: { readonly [key: string]: unknown };
  readonly #report: Report;
  readonly #asked: string[] = [];

  constructor(values: { readonly [key: string]: unknown }, path: ManifestPath, report: Report) {
    this.#values = values;
    this.path = path;
    this.#report = report;
  }

  /** Returns a text, or null when it is missing or no text, which is reported. */
  text(key: string, options: { required?: boolean; pattern?: RegExp; rule?: string } = {}): string | null {
    const value = this.#take(key, options.required ?? false);
    if (value === undefined) return null;
    if (typeof value !== 'string') return this.#wrong(key, 'must be a text');
    if (options.pattern !== undefined && !options.pattern.test(value))
      return this.#wrong(key, options.rule ?? 'has the wrong form');
    return value;
  }

  /** Returns one of the given texts, or null. */
  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | null {
    const value = this.#take(key, false);
    if (value === undefined) return null;
    if (!choices.includes(value as Choice)) return this.#wrong(key, `must be one of ${choices.join(', ')}`);
    return value as Choice;
  }

  /** Returns a boolean; false when it is missing. */
  flag(key: string): boolean {
    const value = this.#take(key, false);
    if (value !== undefined && typeof value !== 'boolean') this.#wrong(key, 'must be true or false');
    return value === true;
  }

  /** Returns whatever stands there. */
  any(key: string): unknown {
    return this.#take(key, false);
  }

  /** Returns a list of texts, or null. */
  texts(key: string): readonly string[] | null {
    const value = this.#take(key, false);
    if (value === undefined) return null;
    const isRight = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
    return isRight ? value : this.#wrong(key, 'must be a list of texts that is not empty');
  }

  /** Returns the tables of a table by name; what is no table is reported. */
  tables(key: string): readonly (readonly [name: string, fields: Fields])[] {
    const value = this.#take(key, false);
    if (value === undefined) return [];
    if (!isTable(value)) {
      this.#wrong(key, 'must be a table');
      return [];
    }
    return Object.entries(value).flatMap(([name, one]) => {
      if (isTable(one)) return [[name, new Fields(one, [...this.path, key, name], this.#report)] as const];
      this.#report([...this.path, key, name], `\`${[...this.path, key, name].join('.')}\` must be a table`);
      return [];
    });
  }

  /** Reports a mistake at a key. */
  wrong(key: string, message: string, help?: string): void {
    this.#report([...this.path, key], `\`${[...this.path, key].join('.')}\` ${message}`, help);
  }

  /** Reports the keys that nobody asked for. */
  end(): void {
    for (const key of Object.keys(this.#values)) {
      if (this.#asked.includes(key)) continue;
      const meant = suggest(key, this.#asked);
      this.#report(
        [...this.path, key],
        `unknown key \`${[...this.path, key].join('.')}\``,
        meant === null ? `known keys: ${this.#asked.join(', ')}` : `did you mean \`${meant}\`?`,
      );
    }
  }

  #take(key: string, isRequired: boolean): unknown {
    this.#asked.push(key);
    const value = this.#values[key];
    if (value === undefined && isRequired) this.#report(this.path, `\`${[...this.path, key].join('.')}\` is missing`);
    return value;
  }

  #wrong(key: string, message: string): null {
    this.wrong(key, message);
    return null;
  }
}

/** Returns whether a value is a table, neither a list nor a date. */
export function isTable(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
