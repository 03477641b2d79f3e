// What an expression reads without saying what counts when it is not there: of `a || 'x'` that is nothing, of `'x' || a` it is `a`.
// Not here: all that it reads (analyse.ts).

import { referenceAt } from './analyse.ts';
import type { CompiledExpression, Reference } from './expression.ts';
import type { ExpressionNode } from './node.ts';

/** Returns these references, in the order in which they stand. */
export function unguardedReferences({ root }: CompiledExpression): readonly Reference[] {
  const found: Reference[] = [];
  visit(root, found);
  return found;
}

function visit(node: ExpressionNode, found: Reference[]): void {
  switch (node.kind) {
    case 'literal':
      return;
    case 'context':
    case 'index': {
      const reference = referenceAt(node);
      if (reference !== null) found.push(reference);
      // `fromJSON(x).y`, or `x[y]`.
      for (let at: ExpressionNode = node; at.kind === 'index'; at = at.target) {
        if (at.index !== null) visit(at.index, found);
        if (reference === null && at.target.kind !== 'index') visit(at.target, found);
      }
      return;
    }
    case 'call':
      for (const argument of node.args) visit(argument, found);
      return;
    case 'not':
      return visit(node.operand, found);
    case 'comparison':
      visit(node.left, found);
      return visit(node.right, found);
    case 'or': {
      const last = node.operands.at(-1);
      if (last !== undefined) visit(last, found);
      return;
    }
    default:
      for (const operand of node.operands) visit(operand, found);
  }
}
