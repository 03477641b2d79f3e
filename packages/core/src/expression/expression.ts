// The interface to the expression language: GitHub's grammar and functions, plus exists, changed, file and semver.
// The parser and evaluator behind it are @actions/expressions; nobody else imports them.
// Not here: what the names mean in a run (scheduler), which names are allowed where (validate/).

import type { Json } from '../model/json.ts';

/** A mistake in an expression; offsets are UTF-16 units within its source text. */
export interface ExpressionError {
  readonly code: 'syntax' | 'unknown-function' | 'argument-count' | 'too-deep' | 'too-long';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A read of a context: `steps.build.outputs.changed` is context `steps`, path ['build', 'outputs', 'changed']. */
export interface Reference {
  readonly context: string;
  /** Literal keys and indexes; `null` stands for a computed index, '*' for a filter. */
  readonly path: readonly (string | number | null)[];
  readonly start: number;
  readonly end: number;
  /** Places of the path's members, as many as `path` has. */
  readonly pathSpans: readonly { readonly start: number; readonly end: number }[];
}

/** A call, with its arguments where they are literals. */
export interface Call {
  /** Lower case. */
  readonly name: string;
  /** `undefined` for an argument that is no literal. */
  readonly literalArguments: readonly (Json | undefined)[];
  readonly start: number;
  readonly end: number;
}

/** One side of a comparison, as far as it is plain to see. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Json; readonly start: number; readonly end: number }
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'other'; readonly start: number; readonly end: number };

/** `left operator right`, anywhere in the expression. */
export interface Comparison {
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly left: Operand;
  readonly right: Operand;
}

/** A literal that stands by itself as an operand of `&&`, `||` or `!`: the 'b' of `x == 'a' || 'b'`. */
export interface LogicalLiteral {
  readonly operator: '&&' | '||' | '!';
  readonly value: Json;
  readonly start: number;
  readonly end: number;
}

/** An expression that parsed. Opaque but for what static checks need. */
export interface CompiledExpression {
  readonly source: string;
  readonly references: readonly Reference[];
  readonly calls: readonly Call[];
  readonly comparisons: readonly Comparison[];
  readonly logicalLiterals: readonly LogicalLiteral[];
  /** Calls success(), failure(), always() or cancelled(). */
  readonly usesStatusFunction: boolean;
}

/** Where an expression finds its names. Contexts are looked up only when used; names compare as GitHub's do, without case. */
export interface ExpressionScope {
  /** Returns the value of a context (`params`, `steps`, `item` …) restricted at least to what `references` may read, or undefined. */
  context(name: string, references: readonly Reference[]): Json | undefined;
  /** Called for exists, changed, file and the status functions; anything it throws passes through `evaluate`. */
  call(name: string, args: readonly Json[]): Json;
}
