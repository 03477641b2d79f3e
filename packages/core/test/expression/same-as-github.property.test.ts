// Random expressions give what the evaluator of @actions/expressions gives, and fail where it fails.
// Left out is what it does differently from GitHub's runner: `''` twice in a text, letters whose upper case is longer, `case`
// that evaluates what it does not need, keys that objects inherit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BooleanData,
  Array as DataArray,
  Dictionary,
  Null,
  NumberData,
  reviver,
  StringData,
} from '@actions/expressions/data/index';
import type { ExpressionData } from '@actions/expressions/data/expressiondata';
import { Evaluator } from '@actions/expressions/evaluator';
import { Lexer } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';
import fc from 'fast-check';
import { compileExpression, evaluateExpression, type Json } from '../../src/index.ts';

const texts = [
  '',
  'a',
  'A',
  'ab',
  ' ',
  '0',
  '1',
  ' 1 ',
  '-1',
  '1e3',
  '0x1f',
  'true',
  'null',
  'NaN',
  'Infinity',
  '[1,2]',
  '{"a":1}',
  '{0}',
  '{1}',
  '{{',
  'it',
  'é',
  'É',
];
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.constantFrom(0, 1, -1, 2, 0.5, 1e21, 123456.789, 1 / 3),
  fc.constantFrom(...texts),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'name', '0'), tie('json'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

const literal = fc.oneof(
  fc.constantFrom('null', 'true', 'false', 'NaN', 'Infinity', '-Infinity', '0', '-0', '1', '2', '.5', '0xff', '1e3'),
  fc.constantFrom(...texts).map((text) => `'${text}'`),
);
const member = fc.constantFrom('.a', '.b', '.NAME', "['a']", '[0]', "['0']", '[1]', '.*', '[*]', '[true]', '[c.a]', '[null]');
const { expression } = fc.letrec<{ expression: string; path: string; call: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    literal,
    tie('path'),
    tie('call'),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `!${inner}`),
    fc
      .tuple(tie('expression'), fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '&&', '||'), tie('expression'))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
  ),
  path: fc
    .tuple(fc.constantFrom('c', 'd', 'C'), fc.array(member, { maxLength: 3 }))
    .map(([context, members]) => context + members.join('')),
  call: fc.oneof(
    fc
      .tuple(fc.constantFrom('contains', 'startsWith', 'endsWith', 'join'), tie('expression'), tie('expression'))
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc.tuple(fc.constantFrom('toJSON', 'fromJSON', 'join'), tie('expression')).map(([name, a]) => `${name}(${a})`),
    fc.tuple(tie('path'), tie('expression'), tie('expression')).map(([a, b, c]) => `format(${a}, ${b}, ${c})`),
  ),
}));

test('an expression gives what the official evaluator gives', () => {
  fc.assert(
    fc.property(expression, json, json, (source, c, d) => {
      assert.deepEqual(ours(source, { c, d }), theirs(source, { c, d }), source);
    }),
    { numRuns: 5_000 },
  );
});

type Outcome = { readonly value: unknown } | 'fails' | 'does not parse';

function ours(source: string, contexts: { readonly [name: string]: Json }): Outcome {
  const compiled = compileExpression(source);
  if (!compiled.ok) return 'does not parse';
  try {
    return { value: evaluateExpression(compiled.expression, { context: (name) => contexts[name], call: () => null }) };
  } catch {
    return 'fails';
  }
}

function theirs(source: string, contexts: { readonly [name: string]: Json }): Outcome {
  const read = (value: Json): ExpressionData => JSON.parse(JSON.stringify(value), reviver) as ExpressionData;
  let tree;
  try {
    tree = new Parser(new Lexer(source).lex().tokens, ['c', 'd'], []).parse();
  } catch {
    return 'does not parse';
  }
  try {
    const data = new Dictionary(...Object.entries(contexts).map(([key, value]) => ({ key, value: read(value) })));
    return { value: plain(new Evaluator(tree, data).evaluate()) };
  } catch {
    return 'fails';
  }
}

function plain(data: ExpressionData): unknown {
  if (data instanceof Null) return null;
  if (data instanceof BooleanData || data instanceof NumberData || data instanceof StringData) return data.value;
  if (data instanceof DataArray) return data.values().map(plain);
  return Object.fromEntries(data.pairs().map(({ key, value }) => [key, plain(value)]));
}
