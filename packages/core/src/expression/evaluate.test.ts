import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../model/json.ts';
import { compiledExpression } from './compiled-expressions.ts';
import { evaluateExpression } from './evaluate.ts';
import { ExpressionEvaluationError } from './evaluation-error.ts';
import type { ExpressionScope } from './expression.ts';

function evaluate(source: string, scope: Partial<ExpressionScope> = {}): Json {
  return evaluateExpression(compiledExpression(source), {
    context: () => undefined,
    call: (name) => assert.fail(`${name} was called`),
    ...scope,
  });
}

test('asks for a context once, in lower case, with all references to it', () => {
  const asked: { name: string; paths: unknown[] }[] = [];
  const value = evaluate("Steps.a.outputs.x == 'no' || steps.b.outcome", {
    context(name, references) {
      asked.push({ name, paths: references.map(({ path }) => path) });
      return { a: {}, b: { outcome: 'success' } };
    },
  });
  assert.equal(value, 'success');
  assert.deepEqual(asked, [
    {
      name: 'steps',
      paths: [
        ['a', 'outputs', 'x'],
        ['b', 'outcome'],
      ],
    },
  ]);
});

test('does not ask for a context that the result does not depend on', () => {
  assert.equal(evaluate('true || params.x', { context: (name) => assert.fail(`${name} was asked for`) }), true);
});

test('asks only once for a context that is not there', () => {
  let count = 0;
  const context = (): undefined => {
    count += 1;
  };
  assert.equal(evaluate('a == null && a.b == null', { context }), true);
  assert.equal(count, 2 - 1);
});

test('hands lookups and status functions to the scope, with their arguments evaluated', () => {
  const calls: [string, readonly Json[]][] = [];
  const value = evaluate("Exists(format('{0}.md', item)) && success()", {
    context: () => 'next',
    call(name, args) {
      calls.push([name, args]);
      return true;
    },
  });
  assert.equal(value, true);
  assert.deepEqual(calls, [
    ['exists', ['next.md']],
    ['success', []],
  ]);
});

test('lets through what the scope throws, as it is', () => {
  const missing = new Error('a fact is missing');
  const scope = {
    call: (): never => {
      throw missing;
    },
  };
  assert.throws(
    () => evaluate("contains(fromJSON(file('x')), 'y')", scope),
    (error) => error === missing,
  );
});

test('says which part of the expression has no value', () => {
  const source = "params.x == 'a' || fromJSON('{') == 1";
  assert.throws(
    () => evaluate(source),
    (error) =>
      error instanceof ExpressionEvaluationError &&
      source.slice(error.start, error.end) === "fromJSON('{')" &&
      error.source === source,
  );
});

test('refuses JSON that nests too deep, in both directions', () => {
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  assert.throws(() => evaluate('fromJSON(a)', { context: () => deep(100_000) }), ExpressionEvaluationError);
  assert.throws(() => evaluate('toJSON(a)', { context: () => JSON.parse(deep(2_000)) as Json }), ExpressionEvaluationError);
  assert.equal(evaluate('toJSON(fromJSON(a)) != null', { context: () => deep(400) }), true);
});

test('filters and joins a list of a million items', () => {
  const list = Array.from({ length: 1_000_000 }, (_, at) => ({ n: at }));
  const value = evaluate("contains(list.*.n, 999999) && startsWith(join(list.*.n), '0,1,2')", { context: () => list });
  assert.equal(value, true);
});

test('finds the member written the same before one that differs in case', () => {
  assert.equal(evaluate('a.B', { context: () => ({ b: 1, B: 2 }) }), 2);
  assert.equal(evaluate('a.b', { context: () => ({ B: 2, b: 1 }) }), 1);
});
