// Evaluates an expression or a text for a decision. Facts of the workspace that it asks for and that are not there yet come
// back as queries; an expression that cannot be computed comes back as a failure.
// Not here: what the names mean (scope-of.ts), the language itself (core).

import type { Failure } from '@workflow-platform/events';
import {
  compiledExpression,
  type CompiledExpression,
  evaluateExpression,
  ExpressionEvaluationError,
} from '@workflow-platform/core';
import type { Json } from '@workflow-platform/core';
import { MissingFact, queryOf, type StepScope } from './step-scope.ts';

export type Evaluation<T> =
  | { readonly kind: 'value'; readonly value: T }
  /** Facts have to be observed first. */
  | { readonly kind: 'missing'; readonly queries: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Evaluates the source text of an expression. */
export function evaluate(source: string, scope: StepScope): Evaluation<Json> {
  return attemptEvaluation(() => {
    const compiled = compiledExpression(source);
    try {
      return evaluateExpression(compiled, scope);
    } catch (error) {
      if (error instanceof MissingFact) throw new MissingFact([...new Set([...error.queries, ...foreseeable(compiled, scope)])]);
      throw error;
    }
  });
}

/** Runs a computation that evaluates expressions in a scope. */
export function attemptEvaluation<T>(compute: () => T): Evaluation<T> {
  try {
    return { kind: 'value', value: compute() };
  } catch (error) {
    if (error instanceof MissingFact) return { kind: 'missing', queries: error.queries };
    if (error instanceof ExpressionEvaluationError) {
      return { kind: 'failed', failure: { kind: 'expression', source: error.source, message: error.message } };
    }
    throw error;
  }
}

/** All at once instead of one after the other: what calls with literal arguments will ask for too. */
function foreseeable(compiled: CompiledExpression, scope: StepScope): string[] {
  const queries: string[] = [];
  for (const call of compiled.calls) {
    const [path] = call.literalArguments;
    if (path === undefined || path === null) continue;
    const query = queryOf(call.name, path);
    if (query !== null && !scope.isKnown(query)) queries.push(query);
  }
  return queries;
}
