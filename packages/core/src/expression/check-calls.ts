// Checks the calls of an expression: that the function exists, takes that many arguments, and can take those that are literal.
// Not here: paths and step names in arguments (validate/).

import { suggest } from '../diagnostic/suggest.ts';
import type { ExpressionError } from './expression.ts';
import { formatProblem } from './format-text.ts';
import { expressionFunctions } from './functions.ts';
import type { CallNode, ExpressionNode } from './node.ts';
import { semverProblem } from './semver.ts';
import { argumentCountError } from './syntax-errors.ts';

/** Returns all mistakes in the calls of an expression, in order of place. */
export function checkCalls(source: string, root: ExpressionNode): ExpressionError[] {
  const errors: ExpressionError[] = [];
  visit(root);
  return errors.sort((a, b) => a.start - b.start);

  function visit(node: ExpressionNode): void {
    switch (node.kind) {
      case 'literal':
      case 'context':
        return;
      case 'index':
        visit(node.target);
        if (node.index !== null) visit(node.index);
        return;
      case 'call':
        errors.push(...checkCall(source, node));
        for (const arg of node.args) visit(arg);
        return;
      case 'not':
        visit(node.operand);
        return;
      case 'comparison':
        visit(node.left);
        visit(node.right);
        return;
      default:
        for (const operand of node.operands) visit(operand);
    }
  }
}

function checkCall(source: string, call: CallNode): ExpressionError[] {
  const name = /^[\w-]+/.exec(source.slice(call.start))?.[0] ?? call.name;
  const place = { start: call.start, end: call.start + name.length };
  const signature = expressionFunctions.get(call.name);
  if (signature === undefined) return [unknownFunction(name, place)];
  const count = call.args.length;
  if (count < signature.argumentsMin || count > signature.argumentsMax || (call.name === 'case' && count % 2 === 0)) {
    return [argumentCountError(name, place)];
  }
  if (call.name === 'format') return checkFormat(call);
  if (call.name === 'semver') return checkSemver(call);
  return [];
}

function unknownFunction(name: string, place: { start: number; end: number }): ExpressionError {
  const near = suggest(
    name,
    [...expressionFunctions.values()].map((signature) => signature.name),
  );
  const help =
    name.toLowerCase() === 'hashfiles'
      ? "ask `changed('path')` whether a step changed a file"
      : near === null
        ? `there are ${[...expressionFunctions.values()].map((signature) => signature.name).join(', ')}`
        : `did you mean \`${near}\`?`;
  return { code: 'unknown-function', message: `there is no function \`${name}\``, help, ...place };
}

function checkFormat({ args: [template, ...values] }: CallNode): ExpressionError[] {
  if (template?.kind !== 'literal' || typeof template.value !== 'string') return [];
  const problem = formatProblem(template.value, values.length);
  if (problem === null) return [];
  return [{ code: 'invalid-argument', ...problem, start: template.start, end: template.end }];
}

function checkSemver({ args: [left, operator, right] }: CallNode): ExpressionError[] {
  return [
    { node: left, role: 'version' as const },
    { node: operator, role: 'operator' as const },
    { node: right, role: 'version' as const },
  ].flatMap(({ node, role }) => {
    if (node?.kind !== 'literal') return [];
    const problem = semverProblem(role, String(node.value ?? ''));
    return problem === null ? [] : [{ code: 'invalid-argument' as const, ...problem, start: node.start, end: node.end }];
  });
}
