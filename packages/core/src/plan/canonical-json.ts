// One text for one value: JSON with sorted keys and no spaces, so that equal plans are equal bytes.
// Not here: digests (the host's hash function).

/** Returns the canonical JSON of plain data: keys in order of their UTF-16 units, members without a value left out. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const table = value as { readonly [key: string]: unknown };
  const members: string[] = [];
  for (const key of Object.keys(table).sort()) {
    if (table[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(table[key])}`);
  }
  return `{${members.join(',')}}`;
}
