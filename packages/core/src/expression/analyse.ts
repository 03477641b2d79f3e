// Reads off a parsed expression what is known without evaluating: references, calls, comparisons, whether it is constant.
// Not here: which of them are mistakes (validate/).

import type { Call, Comparison, CompiledExpression, LogicalLiteral, Operand, Reference } from './expression.ts';
import { expressionFunctions } from './functions.ts';
import type { CallNode, ContextNode, ExpressionNode, IndexNode } from './node.ts';

type Analysis = Omit<CompiledExpression, 'source' | 'root'>;

/** Returns the static data of an expression. */
export function analyse(root: ExpressionNode): Analysis {
  const references: Reference[] = [];
  const calls: Call[] = [];
  const comparisons: Comparison[] = [];
  const logicalLiterals: LogicalLiteral[] = [];
  visit(root);
  const kinds = calls.map(({ name }) => expressionFunctions.get(name)?.kind);
  // Copies are as long as what is in them; a list that grew has room to spare, and a file has thousands of these.
  return {
    references: references.slice(),
    calls: calls.slice(),
    comparisons: comparisons.slice(),
    logicalLiterals: logicalLiterals.slice(),
    usesStatusFunction: kinds.includes('status'),
    isConstant: references.length === 0 && kinds.every((kind) => kind === 'pure'),
    referencesByContext: groupByContext(references),
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
        noteLiteral('!', node.operand);
        visit(node.operand);
        return;
      case 'comparison':
        comparisons.push({
          operator: node.operator,
          left: operandOf(node.left),
          right: operandOf(node.right),
          start: node.start,
          end: node.end,
        });
        visit(node.left);
        visit(node.right);
        return;
      default:
        for (const operand of node.operands) {
          noteLiteral(node.kind === 'and' ? '&&' : '||', operand);
          visit(operand);
        }
    }
  }

  function noteLiteral(operator: LogicalLiteral['operator'], node: ExpressionNode): void {
    if (node.kind === 'literal') logicalLiterals.push({ operator, value: node.value, start: node.start, end: node.end });
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

function operandOf(node: ExpressionNode): Operand {
  const { start, end } = node;
  switch (node.kind) {
    case 'literal':
      return { kind: 'literal', value: node.value, start, end };
    case 'call':
      return { kind: 'call', name: node.name, start, end };
    case 'not':
    case 'comparison':
      return { kind: 'boolean', start, end };
    case 'context':
      return { kind: 'reference', reference: referenceOf(node, []), start, end };
    case 'index': {
      const { base, chain } = unroll(node);
      return base.kind === 'context'
        ? { kind: 'reference', reference: referenceOf(base, chain), start, end }
        : { kind: 'other', start, end };
    }
    default:
      return { kind: 'other', start, end };
  }
}

function groupByContext(references: readonly Reference[]): ReadonlyMap<string, readonly Reference[]> {
  const groups = new Map<string, Reference[]>();
  for (const reference of references) {
    const group = groups.get(reference.context);
    if (group === undefined) groups.set(reference.context, [reference]);
    else group.push(reference);
  }
  return groups;
}
