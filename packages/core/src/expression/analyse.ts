// Reads off a parsed expression what is known without evaluating: references, calls, comparisons, whether it is constant.
// Not here: which of them are mistakes (validate/).

import type { Call, CompiledExpression, Reference } from './expression.ts';
import { expressionFunctions } from './functions.ts';
import type { CallNode, ComparisonNode, ContextNode, ExpressionNode, IndexNode } from './node.ts';

/** Returns an expression with its static data. */
export function analyse(source: string, root: ExpressionNode): CompiledExpression {
  const references: Reference[] = [];
  const calls: Call[] = [];
  const comparisons: ComparisonNode[] = [];
  visit(root);
  const kinds = calls.map(({ name }) => expressionFunctions.get(name)?.kind);
  return {
    source,
    root,
    references: exactly(references),
    calls: exactly(calls),
    comparisons: exactly(comparisons),
    usesStatusFunction: kinds.includes('status'),
    isConstant: references.length === 0 && kinds.every((kind) => kind === 'pure'),
  };

  function visit(node: ExpressionNode): void {
    switch (node.kind) {
      case 'literal':
        return;
      case 'context':
        references.push(referenceOf(node, []));
        return;
      case 'index':
        visitIndex(node);
        return;
      case 'call':
        calls.push(callOf(node));
        for (const arg of node.args) visit(arg);
        return;
      case 'not':
        visit(node.operand);
        return;
      case 'comparison':
        comparisons.push(node);
        visit(node.left);
        visit(node.right);
        return;
      default:
        for (const operand of node.operands) visit(operand);
    }
  }

  function visitIndex(node: IndexNode): void {
    const { base, chain } = unroll(node);
    if (base.kind === 'context') references.push(referenceOf(base, chain));
    else visit(base);
    for (const { index } of chain) {
      if (index !== null && index.kind !== 'literal') visit(index);
    }
  }
}

/** Returns what a node reads, or null when it reads no context directly: `fromJSON(x).y`. */
export function referenceAt(node: ContextNode | IndexNode): Reference | null {
  const { base, chain } = unroll(node);
  return base.kind === 'context' ? referenceOf(base, chain) : null;
}

const nothing: readonly never[] = [];

/** A list as long as what is in it: one that grew has room to spare. */
function exactly<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? nothing : list.slice();
}

function unroll(node: ExpressionNode): { base: ExpressionNode; chain: IndexNode[] } {
  const chain: IndexNode[] = [];
  let base = node;
  while (base.kind === 'index') {
    chain.push(base);
    base = base.target;
  }
  return { base, chain: chain.reverse() };
}

function referenceOf({ name, start, end }: ContextNode, chain: readonly IndexNode[]): Reference {
  return {
    context: name,
    path: chain.map(keyOf),
    pathSpans: chain.map(({ member }) => member),
    start: chain.at(-1)?.start ?? start,
    end: chain.at(-1)?.end ?? end,
  };
}

function keyOf({ index }: IndexNode): string | number | null {
  if (index === null) return '*';
  if (index.kind !== 'literal') return null;
  return typeof index.value === 'string' || typeof index.value === 'number' ? index.value : null;
}

function callOf({ name, args, start, end }: CallNode): Call {
  return {
    name,
    literalArguments: args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined)),
    argumentSpans: args.map(({ start, end }) => ({ start, end })),
    start,
    end,
  };
}
