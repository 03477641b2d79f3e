// `semver(version, operator, version)`: precedence of Semantic Versioning 2.0.0, and the ranges `^` and `~`.
// A leading `v` is allowed, and the minor and patch number may be missing (0 when compared; free in a range).
// Not here: resolving references to workflows (registry).

interface Version {
  readonly core: readonly [string, string, string];
  /** How many of the three numbers were written. */
  readonly written: number;
  readonly prerelease: readonly string[];
}

const operators = ['<', '<=', '=', '==', '!=', '>=', '>', '^', '~'] as const;
type Operator = (typeof operators)[number];

/** Compares two versions, or says what is wrong with the arguments. */
export function compareSemver(left: string, operator: string, right: string): { value: boolean } | { message: string } {
  const problem = semverProblem('version', left) ?? semverProblem('operator', operator) ?? semverProblem('version', right);
  const a = parseVersion(left);
  const b = parseVersion(right);
  if (problem !== null || a === null || b === null) return { message: problem?.message ?? 'not a version' };
  return { value: holds(a, operator as Operator, b) };
}

/** Says why a text can't be an argument of semver, or null. */
export function semverProblem(role: 'version' | 'operator', text: string): { message: string; help: string } | null {
  if (role === 'operator') {
    if ((operators as readonly string[]).includes(text)) return null;
    return {
      message: `\`${text}\` is no operator of semver`,
      help: `operators are ${operators.map((each) => `\`${each}\``).join(' ')}`,
    };
  }
  if (parseVersion(text) !== null) return null;
  return {
    message: `\`${text.slice(0, 60)}\` is not a semantic version`,
    help: 'versions look like `1.2.3`, `1.2.3-rc.1` or `v1.2`',
  };
}

function parseVersion(text: string): Version | null {
  const match = /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?)?)?$/.exec(
    text.trim(),
  );
  if (match === null) return null;
  const [, major = '0', minor, patch, prerelease, build] = match;
  const identifiers = prerelease?.split('.') ?? [];
  if (identifiers.some((each) => each === '' || /^0\d+$/.test(each))) return null;
  if (build?.split('.').some((each) => each === '') === true) return null;
  const written = minor === undefined ? 1 : patch === undefined ? 2 : 3;
  return { core: [major, minor ?? '0', patch ?? '0'], written, prerelease: identifiers };
}

function holds(a: Version, operator: Operator, b: Version): boolean {
  switch (operator) {
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '=':
    case '==':
      return compare(a, b) === 0;
    case '!=':
      return compare(a, b) !== 0;
    case '>=':
      return compare(a, b) >= 0;
    case '>':
      return compare(a, b) > 0;
    case '^':
      return inRange(a, b, fixedByCaret(b));
    default:
      return inRange(a, b, Math.min(b.written, 2));
  }
}

/** How many leading numbers `^` keeps: up to the first that is not 0. */
function fixedByCaret({ core, written }: Version): number {
  const firstNonZero = core.findIndex((each) => each !== '0');
  return firstNonZero === -1 || firstNonZero >= written ? written : firstNonZero + 1;
}

/** At least `b`, with the same first numbers. As in npm, a prerelease is in the range of a prerelease of the same version only. */
function inRange(a: Version, b: Version, fixed: number): boolean {
  if (compare(a, b) < 0) return false;
  if (!a.core.slice(0, fixed).every((each, at) => each === b.core[at])) return false;
  return a.prerelease.length === 0 || (b.prerelease.length > 0 && compareCore(a, b) === 0);
}

function compare(a: Version, b: Version): number {
  return compareCore(a, b) || comparePrerelease(a.prerelease, b.prerelease);
}

function compareCore(a: Version, b: Version): number {
  return compareNumbers(a.core[0], b.core[0]) || compareNumbers(a.core[1], b.core[1]) || compareNumbers(a.core[2], b.core[2]);
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  for (const [at, left] of a.entries()) {
    const right = b[at];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const aIsNumber = /^\d+$/.test(a);
  const bIsNumber = /^\d+$/.test(b);
  if (aIsNumber && bIsNumber) return compareNumbers(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Of any length; no leading zeros. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
