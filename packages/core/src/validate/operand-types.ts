// What kind of value an operand of a comparison has, as far as declarations say.
// Not here: what follows from it (the rules about comparisons).

import { referenceAt } from '../expression/analyse.ts';
import type { Reference } from '../expression/expression.ts';
import type { ExpressionNode } from '../expression/node.ts';
import type { Json } from '../model/json.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Facts } from './facts.ts';
import { conclusions } from './names.ts';
import { findNeeded } from './read-steps.ts';

/** Kind of a value, and the only values it can have where these are known. */
export interface OperandType {
  readonly type: 'string' | 'number' | 'boolean' | 'unknown';
  readonly values: readonly string[] | null;
  /** How messages name it: "the output `size`". */
  readonly title: string;
  /** It is text because everything of its kind is, such as an output. */
  readonly isAlwaysText: boolean;
}

const unknown: OperandType = { type: 'unknown', values: null, title: 'this', isAlwaysText: false };

/** Returns the type of an operand; of a literal, that of its value. */
export function typeOf(operand: ExpressionNode, use: ExpressionUse, facts: Facts): OperandType {
  switch (operand.kind) {
    case 'literal':
      return { ...unknown, type: typeOfLiteral(operand.value), title: use.source.slice(operand.start, operand.end) };
    case 'not':
    case 'comparison':
      return { ...unknown, type: 'boolean', title: 'this condition' };
    case 'call':
      return { ...unknown, type: callTypes.get(operand.name) ?? 'unknown', title: `\`${operand.name}()\`` };
    case 'context':
    case 'index': {
      const reference = referenceAt(operand);
      return reference === null ? unknown : typeOfReference(reference, use, facts);
    }
    default:
      return unknown;
  }
}

function typeOfLiteral(value: Json): OperandType['type'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? (typeof value as 'string')
    : 'unknown';
}

const callTypes: ReadonlyMap<string, 'string' | 'boolean'> = new Map([
  ['contains', 'boolean'],
  ['startswith', 'boolean'],
  ['endswith', 'boolean'],
  ['success', 'boolean'],
  ['failure', 'boolean'],
  ['always', 'boolean'],
  ['cancelled', 'boolean'],
  ['exists', 'boolean'],
  ['changed', 'boolean'],
  ['semver', 'boolean'],
  ['format', 'string'],
  ['join', 'string'],
  ['tojson', 'string'],
]);

function typeOfReference(reference: Reference, use: ExpressionUse, facts: Facts): OperandType {
  const { context, path } = reference;
  const [first, second, third] = path.map((member) => (typeof member === 'string' ? member.toLowerCase() : member));
  switch (context) {
    case 'params':
      return path.length === 1 ? typeOfParameter(first, facts) : unknown;
    case 'inputs':
      return path.length === 1 ? typeOfInput(first, use) : unknown;
    case 'env':
      return { ...unknown, type: 'string', title: `the environment variable \`${String(path[0])}\``, isAlwaysText: true };
    case 'iteration':
      return { ...unknown, type: 'number', title: '`iteration`' };
    case 'run':
    case 'workspace':
      return { ...unknown, type: 'string', title: `\`${context}.${String(path[0])}\`` };
    case 'steps':
      if (second === 'exit_code') return { ...unknown, type: 'number', title: '`exit_code`' };
      if (second === 'outcome' || second === 'conclusion')
        return { ...unknown, type: 'string', values: conclusions, title: `the \`${second}\` of a step` };
      if (second === 'outputs' && path.length === 3) return output(third);
      return unknown;
    case 'needs':
      if (findNeeded(use, path[0]) === null) return unknown;
      if (second === 'result') return { ...unknown, type: 'string', values: conclusions, title: 'the `result` of a needed step' };
      if (second === 'outputs' && path.length === 3) return output(third);
      return unknown;
    default:
      return unknown;
  }
}

function output(name: string | number | null | undefined): OperandType {
  return { ...unknown, type: 'string', title: `the output \`${String(name)}\``, isAlwaysText: true };
}

function typeOfParameter(name: string | number | null | undefined, { model }: Facts): OperandType {
  const parameter = model.parameters.find((candidate) => candidate.name.toLowerCase() === name);
  if (parameter === undefined) return unknown;
  const title = `the parameter \`${parameter.name}\``;
  return {
    ...unknown,
    type: kinds.get(parameter.type) ?? 'unknown',
    values: parameter.type === 'enum' ? parameter.values : null,
    title,
  };
}

function typeOfInput(name: string | number | null | undefined, use: ExpressionUse): OperandType {
  const input = typeof name === 'string' ? use.where.action?.inputs.get(name) : undefined;
  if (input === undefined) return unknown;
  const title = `the input \`${input.name}\``;
  return { ...unknown, type: kinds.get(input.type) ?? 'unknown', values: input.type === 'enum' ? input.values : null, title };
}

/** A duration is a number of milliseconds or text, as its type decides; so are types of plugins. */
const kinds: ReadonlyMap<string, 'string' | 'number' | 'boolean'> = new Map([
  ['string', 'string'],
  ['enum', 'string'],
  ['path', 'string'],
  ['secret', 'string'],
  ['integer', 'number'],
  ['number', 'number'],
  ['boolean', 'boolean'],
]);
