// Puts diagnostics in the order of the file and keeps their number readable.
// Not here: lines and columns (parse/locate).

import type { Diagnostic } from './diagnostic.ts';
import type { RulePage } from './rule-page.ts';

/** More than this is no longer read by anybody. */
export const DIAGNOSTICS_MAX = 200;

/** The rule page of the closing note. */
export const tooManyProblems: RulePage = {
  code: 'too-many-problems',
  severity: 'warning',
  title: 'there are more problems than are shown',
  explanation: `A list stops after ${DIAGNOSTICS_MAX} problems, errors first. Mend those shown and validate again; often one mistake causes many of them.`,
  bad: `id = "example"

[steps.all]
run = "make"
needs = [
${'  "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",\n'.repeat(DIAGNOSTICS_MAX / 10 + 1)}]
`,
  good: `id = "example"

[steps.all]
run = "make"
`,
};

/** Returns the diagnostics in order of place; at the same place errors first, then by code. Exact repetitions are left out. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = diagnostics.toSorted(byPlace);
  return sorted.filter((diagnostic, index) => index === 0 || !isSame(sorted[index - 1]!, diagnostic));
}

/**
 * Returns at most `max` diagnostics in order of place, with a closing note when there were more. Errors are kept before
 * warnings: a flood of warnings must not hide the error that stops the run.
 */
export function limitDiagnostics(diagnostics: readonly Diagnostic[], max: number = DIAGNOSTICS_MAX): Diagnostic[] {
  const sorted = sortDiagnostics(diagnostics);
  if (sorted.length <= max) return sorted;
  const errors = sorted.filter((diagnostic) => diagnostic.severity === 'error');
  const warnings = sorted.filter((diagnostic) => diagnostic.severity === 'warning');
  const kept = sortDiagnostics([...errors.slice(0, max), ...warnings.slice(0, Math.max(0, max - errors.length))]);
  const last = kept.at(-1);
  if (last === undefined) return kept;
  kept.push({
    code: tooManyProblems.code,
    severity: tooManyProblems.severity,
    message: `only the first ${max} problems are shown`,
    help: 'mend these first, then validate again',
    span: last.span,
    related: [],
  });
  return kept;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.span.file ?? '', b.span.file ?? '') ||
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    compare(a.severity, b.severity) ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return byPlace(a, b) === 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
