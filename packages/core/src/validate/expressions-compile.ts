// Checks: every expression compiles, and every `${{` is closed. The pages are in expression/expression-rules.ts.
// Not here: which names exist (names-are-known.ts and neighbours).

import type { ExpressionError } from '../expression/expression.ts';
import type { Check } from './rule.ts';

/** A check for each kind of mistake that an expression can have. */
export const expressionsCompile: readonly Check[] = (
  ['syntax', 'unknown-function', 'argument-count', 'invalid-argument', 'too-deep', 'too-long'] satisfies ExpressionError['code'][]
).map((kind) => ({
  code: `expression-${kind}`,
  severity: 'error',
  check({ brokenExpressions }, report) {
    for (const use of brokenExpressions) {
      for (const error of use.errors) {
        if (error.code === kind) use.report(report, error, error.message, { help: error.help });
      }
    }
  },
}));

/** A `${{` that has no `}}`. */
export const interpolationsAreClosed: Check = {
  code: 'interpolation-unclosed',
  severity: 'error',
  check({ faults }, report) {
    for (const { text, problem } of faults) text.report(report, problem, problem.message, { help: problem.help });
  },
};
