// The tree of a parsed expression, every node with its place. A chain of `&&` or `||` is one node, brackets are none.
// Not here: how it comes about (parse-expression.ts), what it is worth (evaluate.ts).

/** A stretch of an expression's source text, UTF-16 units: `start` inclusive, `end` exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A part of an expression. */
export type ExpressionNode = LiteralNode | ContextNode | IndexNode | CallNode | NotNode | ComparisonNode | LogicalNode;

export interface LiteralNode extends Stretch {
  readonly kind: 'literal';
  readonly value: null | boolean | number | string;
}

export interface ContextNode extends Stretch {
  readonly kind: 'context';
  /** Lower case. */
  readonly name: string;
}

export interface IndexNode extends Stretch {
  readonly kind: 'index';
  readonly target: ExpressionNode;
  /** Null for the filter `*`. */
  readonly index: ExpressionNode | null;
  /** The name after a dot, what stands between brackets, or the `*`. */
  readonly member: Stretch;
}

export interface CallNode extends Stretch {
  readonly kind: 'call';
  /** Lower case. */
  readonly name: string;
  readonly args: readonly ExpressionNode[];
}

export interface NotNode extends Stretch {
  readonly kind: 'not';
  readonly operand: ExpressionNode;
}

export interface ComparisonNode extends Stretch {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export interface LogicalNode extends Stretch {
  readonly kind: 'and' | 'or';
  readonly operands: readonly ExpressionNode[];
}
