// Evaluates a compiled expression in a scope. Works on plain JSON: nothing is converted, copied or read that is not asked for.
// Not here: what pure functions give (builtin-functions.ts), what contexts and lookups mean in a run (scheduler).

import type { Json } from '../model/json.ts';
import { builtinFunctions } from './builtin-functions.ts';
import { isLess, looselyEqual, toNumber, toText, truthy } from './coerce.ts';
import { ExpressionEvaluationError } from './evaluation-error.ts';
import type { CompiledExpression, ExpressionScope } from './expression.ts';
import type { CallNode, ComparisonNode, ExpressionNode, IndexNode } from './node.ts';

/**
 * Returns the value of an expression. Throws ExpressionEvaluationError where it has none, and whatever the scope throws.
 * A number may be NaN or infinite, which JSON can't write; everything else is JSON.
 */
export function evaluateExpression(compiled: CompiledExpression, scope: ExpressionScope): Json {
  return plain(new Evaluation(compiled, scope).evaluate(compiled.root));
}

/** What a filter `.*` gives: an index into it reaches through to each item. It is a list everywhere else. */
class Filtered {
  readonly items: readonly Json[];

  constructor(items: readonly Json[]) {
    this.items = items;
  }
}

type Value = Json | Filtered;

function plain(value: Value): Json {
  return value instanceof Filtered ? value.items : value;
}

class Evaluation {
  readonly #compiled: CompiledExpression;
  readonly #scope: ExpressionScope;
  readonly #contexts = new Map<string, Json>();

  constructor(compiled: CompiledExpression, scope: ExpressionScope) {
    this.#compiled = compiled;
    this.#scope = scope;
  }

  evaluate(node: ExpressionNode): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'context':
        return this.#context(node.name);
      case 'index':
        return this.#index(node);
      case 'call':
        return this.#call(node);
      case 'not':
        return !truthy(plain(this.evaluate(node.operand)));
      case 'comparison':
        return this.#compare(node);
      default:
        return this.#logical(node.operands, node.kind === 'or');
    }
  }

  #context(name: string): Json {
    const known = this.#contexts.get(name);
    if (known !== undefined) return known;
    const references = this.#compiled.references.filter(({ context }) => context === name);
    const value = this.#scope.context(name, references) ?? null;
    this.#contexts.set(name, value);
    return value;
  }

  #index(node: IndexNode): Value {
    const target = this.evaluate(node.target);
    if (node.index === null)
      return new Filtered(target instanceof Filtered ? target.items.flatMap(membersOf) : membersOf(target));
    const index = plain(this.evaluate(node.index));
    if (target instanceof Filtered) {
      return new Filtered(target.items.map((item) => memberAt(item, index)).filter((member) => member !== undefined));
    }
    return memberAt(target, index) ?? null;
  }

  #call(node: CallNode): Value {
    // `case` looks no further than the condition that holds.
    if (node.name === 'case') return this.#case(node);
    const args = node.args.map((arg) => plain(this.evaluate(arg)));
    const builtin = builtinFunctions.get(node.name);
    if (builtin === undefined) return this.#scope.call(node.name, args);
    const result = builtin(args);
    if ('value' in result) return result.value;
    throw this.#error(result.problem, node, result.cause);
  }

  #case({ args }: CallNode): Value {
    for (let at = 0; at + 1 < args.length; at += 2) {
      const condition = args[at] as ExpressionNode;
      const holds = this.evaluate(condition);
      if (typeof holds !== 'boolean') throw this.#error('a condition of `case` must be true or false', condition);
      if (holds) return this.evaluate(args[at + 1] as ExpressionNode);
    }
    return this.evaluate(args.at(-1) as ExpressionNode);
  }

  #compare(node: ComparisonNode): boolean {
    const left = plain(this.evaluate(node.left));
    const right = plain(this.evaluate(node.right));
    switch (node.operator) {
      case '==':
        return looselyEqual(left, right);
      case '!=':
        return !looselyEqual(left, right);
      case '<':
        return isLess(left, right);
      case '>':
        return isLess(right, left);
      case '<=':
        return looselyEqual(left, right) || isLess(left, right);
      default:
        return looselyEqual(left, right) || isLess(right, left);
    }
  }

  #logical(operands: readonly ExpressionNode[], stopsAt: boolean): Value {
    let value: Value = null;
    for (const operand of operands) {
      value = this.evaluate(operand);
      if (truthy(plain(value)) === stopsAt) return value;
    }
    return value;
  }

  #error(message: string, { start, end }: ExpressionNode, cause?: unknown): ExpressionEvaluationError {
    return new ExpressionEvaluationError(message, { source: this.#compiled.source, start, end, cause });
  }
}

function membersOf(value: Json): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  // A copy: a filtered list is equal to no other, not even to the list it came from.
  return Array.isArray(value) ? [...(value as readonly Json[])] : Object.values(value);
}

function memberAt(value: Json, index: Json): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const at = toNumber(index);
    return at >= 0 ? value[Math.floor(at)] : undefined;
  }
  if (typeof index === 'object' && index !== null) return undefined;
  return memberNamed(value as { readonly [key: string]: Json }, toText(index));
}

/** Names compare without case; of several that differ in case only, the one written the same wins, then the first. */
function memberNamed(table: { readonly [key: string]: Json }, name: string): Json | undefined {
  if (Object.hasOwn(table, name)) return table[name];
  const wanted = name.toLowerCase();
  for (const key in table) {
    if (key.length === name.length && key.toLowerCase() === wanted && Object.hasOwn(table, key)) return table[key];
  }
  return undefined;
}
