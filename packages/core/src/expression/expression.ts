// The interface to the expression language: GitHub's grammar and functions, plus exists, changed, file and semver.
// The parser behind it is @actions/expressions; nobody outside this folder imports it.
// Not here: what the names mean in a run (scheduler), which names are allowed where (validate/).

import type { Json } from '../model/json.ts';
import type { ComparisonNode, ExpressionNode, Stretch } from './node.ts';

/** A mistake in an expression; offsets are UTF-16 units within its source text. */
export interface ExpressionError extends Stretch {
  readonly code: 'syntax' | 'unknown-function' | 'argument-count' | 'invalid-argument' | 'too-deep' | 'too-long';
  readonly message: string;
  /** What to write instead, or null. */
  readonly help: string | null;
}

/** A read of a context: `steps.build.outputs.changed` is context `steps`, path ['build', 'outputs', 'changed']. */
export interface Reference extends Stretch {
  /** Lower case, as names of contexts compare without case; the file's own spelling is at `start`. */
  readonly context: string;
  /** Literal keys and indexes as written; `null` stands for a computed index, '*' for a filter. */
  readonly path: readonly (string | number | null)[];
  /** Places of the path's members, as many as `path` has. */
  readonly pathSpans: readonly Stretch[];
}

/** A call, with its arguments where they are literals. */
export interface Call extends Stretch {
  /** Lower case. */
  readonly name: string;
  /** `undefined` for an argument that is no literal. */
  readonly literalArguments: readonly (Json | undefined)[];
  readonly argumentSpans: readonly Stretch[];
}

/** An expression that parsed, with what static checks need. A large file has tens of thousands of these: they say nothing twice. */
export interface CompiledExpression {
  readonly source: string;
  readonly root: ExpressionNode;
  /** In order of place; a reference inside the computed index of another follows it. */
  readonly references: readonly Reference[];
  readonly calls: readonly Call[];
  /** GitHub coerces mixed types and ignores the case of text, so rules look at these. */
  readonly comparisons: readonly ComparisonNode[];
  /** Calls success(), failure(), always() or cancelled(). */
  readonly usesStatusFunction: boolean;
  /** Gives the same value in every run: reads no context, asks for no status and looks at no file. */
  readonly isConstant: boolean;
}

/** Where an expression finds its names. Contexts are looked up only when used; names compare as GitHub's do, without case. */
export interface ExpressionScope {
  /**
   * Returns the value of a context (`params`, `steps`, `item`, `iteration` …; `name` in lower case) restricted at least to what
   * `references` may read, or undefined. Asked at most once per context in an evaluation, when the context is first read.
   */
  context(name: string, references: readonly Reference[]): Json | undefined;
  /** Called for exists, changed, file and the status functions (lower case); anything it throws passes through `evaluate`. */
  call(name: string, args: readonly Json[]): Json;
}
