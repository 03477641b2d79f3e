// Remembers compiled expressions by their source, as a run evaluates the same few again and again.
// Not here: compiling (compile.ts).

import { compileExpression } from './compile.ts';
import { ExpressionEvaluationError } from './evaluation-error.ts';
import type { CompiledExpression } from './expression.ts';

const REMEMBERED_MAX = 20_000;
const remembered = new Map<string, CompiledExpression>();

/** Returns the compiled form of an expression of a plan. Throws ExpressionEvaluationError for one that does not compile. */
export function compiledExpression(source: string): CompiledExpression {
  const known = remembered.get(source);
  if (known !== undefined) return known;
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    const [{ message, start, end } = { message: 'the expression does not compile', start: 0, end: source.length }] =
      compiled.errors;
    throw new ExpressionEvaluationError(message, { source, start, end });
  }
  // Forgetting all at once is crude but keeps the common path a single look-up; a plan with more expressions is still correct.
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(source, compiled.expression);
  return compiled.expression;
}
