// The table of testdata/expressions/vectors.json: what GitHub documents for its expressions, and what our functions add.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileExpression, evaluateExpression, ExpressionEvaluationError, type Json } from '../../src/index.ts';

interface Vector {
  readonly expr: string;
  readonly contexts?: { readonly [name: string]: Json };
  readonly value?: Json;
  /** Does not compile. */
  readonly error?: true;
  /** Compiles, but has no value; part of the message. */
  readonly fails?: string;
}

const groups = JSON.parse(readFileSync(new URL('../../testdata/expressions/vectors.json', import.meta.url), 'utf8')) as {
  readonly [title: string]: readonly Vector[];
};

for (const [title, vectors] of Object.entries(groups)) {
  test(`${title} (${vectors.length} vectors)`, () => {
    for (const vector of vectors) check(vector);
  });
}

function check({ expr, contexts = {}, value, error, fails }: Vector): void {
  const compiled = compileExpression(expr);
  if (error === true) {
    assert.equal(compiled.ok, false, expr);
    return;
  }
  assert.ok(compiled.ok, `${expr}: ${JSON.stringify(compiled)}`);
  const evaluate = (): Json =>
    evaluateExpression(compiled.expression, {
      context: (name) => Object.entries(contexts).find(([key]) => key.toLowerCase() === name)?.[1],
      call: (name) => assert.fail(`${name} was called`),
    });
  if (fails === undefined) assert.deepEqual(evaluate(), value, expr);
  else assert.throws(evaluate, (thrown) => thrown instanceof ExpressionEvaluationError && thrown.message.includes(fails), expr);
}
