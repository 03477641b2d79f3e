// Reads a table whose names come from a file: `constructor` and `__proto__` are names like others there.

/** Returns the entry of a table by its name, never anything inherited. */
export function ownEntry<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
