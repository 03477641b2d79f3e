// Rule: what is read of the item of a matrix is one of its axes, or added by `include`.

import type { Matrix } from '../model/matrix.ts';
import { itemNames } from './names.ts';
import type { Rule } from './rule.ts';

export const axesAreKnown: Rule = {
  code: 'axis-unknown',
  severity: 'error',
  title: 'a matrix has no such axis',
  explanation:
    'The item of a matrix is a table with the value of each axis, and with what `include` adds: `matrix.os`, or `item.os`. Any other name has no value in any of them.',
  bad: `id = "example"

[steps.test]
foreach.matrix = { os = ["linux", "macos"] }
run = "echo \${{ matrix.so }}"
`,
  good: `id = "example"

[steps.test]
foreach.matrix = { os = ["linux", "macos"] }
run = "echo \${{ matrix.os }}"
`,
  check({ expressions, steps }, report) {
    if (steps.every(({ step }) => (step.foreach?.matrix ?? null) === null)) return;
    for (const use of expressions) {
      for (const { context, path, pathSpans } of use.compiled?.references ?? []) {
        const [name] = path;
        const [span] = pathSpans;
        if (typeof name !== 'string' || name === '*' || span === undefined) continue;
        const item = [...itemNames(use)].find(({ as }) => context === 'item' || as?.toLowerCase() === context);
        const matrix = item?.step.step.foreach?.matrix ?? null;
        const known = matrix === null ? null : namesIn(matrix);
        if (known === null || known.some((each) => each.toLowerCase() === name.toLowerCase())) continue;
        if (report.isFull()) return;
        const help = report.didYouMean(name, known, `it has ${known.map((each) => `\`${each}\``).join(', ')}`);
        use.report(report, span, `the matrix of \`${item?.step.step.id}\` has no \`${name}\``, { help });
      }
    }
  },
};

/** Null where an expression adds to it. */
function namesIn({ axes, include }: Matrix): readonly string[] | null {
  if (typeof include === 'string') return null;
  const added = include.flatMap((entry) => (typeof entry === 'object' && entry !== null ? Object.keys(entry) : []));
  return [...new Set([...axes.map(({ name }) => name), ...added])];
}
