// Compiles an expression: parses it, checks its calls, and notes what static checks and the evaluator ask for.
// Not here: whether the names exist (validate/).

import { analyse } from './analyse.ts';
import { checkCalls } from './check-calls.ts';
import type { CompiledExpression, ExpressionError } from './expression.ts';
import { parseExpression } from './parse-expression.ts';

export type CompileResult =
  | { readonly ok: true; readonly expression: CompiledExpression }
  | { readonly ok: false; readonly errors: readonly ExpressionError[] };

/** Compiles the source text of an expression (without `${{` and `}}`). Never throws, whatever the text. */
export function compileExpression(source: string): CompileResult {
  const parsed = parseExpression(source);
  if (!parsed.ok) return { ok: false, errors: [parsed.error] };
  const errors = checkCalls(source, parsed.root);
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, expression: analyse(source, parsed.root) };
}
