// Compares versions as programs print them: numbers between dots, as many as there are.
// Not here: where a version is read from (find-version.ts).

export type VersionOperator = '>=' | '>' | '=' | '<' | '<=';

/** Returns whether a version fits. `=` with fewer numbers than the version has looks at those alone: `= 3` takes 3.12. */
export function fitsVersion(version: string, operator: VersionOperator, wanted: string): boolean {
  const order = compare(version, wanted);
  switch (operator) {
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0 || isPartOf(wanted, version);
    case '=':
      return order === 0 || isPartOf(wanted, version);
  }
}

/** Returns the first version in a text, or null: at least two numbers with a dot between, or a number alone on the line. */
export function versionIn(text: string): string | null {
  const match =
    /(?<![\d.])v?(\d+(?:\.\d+)+(?:-(?:alpha|beta|rc|pre|dev)[0-9A-Za-z.]*)?)/.exec(text) ?? /(?:^|\s)v?(\d+)(?:\s|$)/.exec(text);
  return match?.[1] ?? null;
}

function compare(left: string, right: string): number {
  const [a, b] = [parse(left), parse(right)];
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index++) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  // 1.0.0-rc1 comes before 1.0.0.
  if (a.tag === b.tag) return 0;
  if (a.tag === '') return 1;
  if (b.tag === '') return -1;
  return a.tag < b.tag ? -1 : 1;
}

function isPartOf(wanted: string, version: string): boolean {
  return !wanted.includes('-') && version.startsWith(`${wanted}.`);
}

function parse(version: string): { readonly numbers: readonly number[]; readonly tag: string } {
  const [numbers = '', ...tag] = version.split('-');
  return { numbers: numbers.split('.').map(Number), tag: tag.join('-') };
}
