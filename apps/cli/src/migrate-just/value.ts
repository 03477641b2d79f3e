// What an expression of a justfile is worth in a workflow: text that is known now, and what is only known in a run, in pieces.
// Not here: working it out (evaluate.ts), how it stands in a script (settle-script.ts).

import { unreachable } from '@workflow-platform/events';

export type ValuePart =
  | { readonly kind: 'text'; readonly text: string }
  /** A workflow expression that gives text. */
  | {
      readonly kind: 'expression';
      readonly source: string;
      /** Name of a parameter that just would have split at blanks: its default is empty, has some, or is an option. */
      readonly words?: string;
      /** Said where it stands bare in a script. */
      readonly remark?: string;
    }
  /** A list parameter: the rest of the words. */
  | { readonly kind: 'rest'; readonly parameter: string }
  | {
      readonly kind: 'choice';
      readonly condition: Condition;
      readonly then: Value;
      readonly otherwise: Value;
      /** What the value is called in the justfile. */
      readonly name: string;
    };

/** Pieces to be put one behind the other. */
export type Value = readonly ValuePart[];

/** A comparison that is only known in a run. */
export interface Condition {
  readonly left: Value;
  readonly isNegated: boolean;
  readonly right: Value;
}

/** A value that is known now. */
export function textValue(text: string): Value {
  return text === '' ? [] : [{ kind: 'text', text }];
}

/** Puts values one behind the other. */
export function joinValues(...values: readonly Value[]): Value {
  const parts: ValuePart[] = [];
  for (const part of values.flat()) {
    const last = parts.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}

/** Returns the text of a value that is known now, else null. */
export function knownText(value: Value): string | null {
  if (value.length === 0) return '';
  const [part] = value;
  return value.length === 1 && part?.kind === 'text' ? part.text : null;
}

/** Renders a value as one workflow expression. */
export function expressionOf(value: Value): string {
  if (value.length === 0) return "''";
  if (value.length === 1) return partExpression(value[0]!);
  const template = value.map((part, at) => (part.kind === 'text' ? part.text.replaceAll(/[{}]/g, '$&$&') : `{${at}}`)).join('');
  const args = value.map((part) => (part.kind === 'text' ? "''" : partExpression(part)));
  return `format(${[literal(template), ...args].join(', ')})`;
}

/** Renders a value as text with `${{ }}`, for `env`. */
export function templateOf(value: Value): string {
  return value.map((part) => (part.kind === 'text' ? escapeHoles(part.text) : `\${{ ${partExpression(part)} }}`)).join('');
}

/** Keeps a `${{` of the author's own what it is. */
export function escapeHoles(text: string): string {
  return text.replaceAll('${{', '$$${{');
}

/** Returns the expression of one piece. */
export function partExpression(part: ValuePart): string {
  switch (part.kind) {
    case 'text':
      return literal(part.text);
    case 'expression':
      return part.source;
    case 'rest':
      return `join(params.${part.parameter}, ' ')`;
    case 'choice': {
      const { left, right, isNegated } = part.condition;
      const condition = `${expressionOf(left)} ${isNegated ? '!=' : '=='} ${expressionOf(right)}`;
      return `case(${condition}, ${expressionOf(part.then)}, ${expressionOf(part.otherwise)})`;
    }
    default:
      return unreachable(part);
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
