import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpressionEvaluationError } from '../expression/evaluation-error.ts';
import type { ExpressionScope } from '../expression/expression.ts';
import { textOf } from '../expression/parse-text.ts';
import type { Json } from '../model/json.ts';
import { resolveTemplate, resolveText } from './resolve-text.ts';

function scopeOf(v: Json): ExpressionScope {
  return { context: (name) => (name === 'v' ? v : undefined), call: () => null };
}

const values: readonly { value: Json; text: string }[] = [
  { value: 'as it is\n', text: 'as it is\n' },
  { value: '', text: '' },
  { value: 1.5, text: '1.5' },
  { value: -0, text: '0' },
  { value: true, text: 'true' },
  { value: null, text: '' },
  { value: ['a', 1], text: '["a",1]' },
  { value: { a: { b: null } }, text: '{"a":{"b":null}}' },
];

for (const { value, text } of values) {
  test(`${JSON.stringify(value)} becomes ${JSON.stringify(text)} in a text`, () => {
    assert.equal(resolveText(textOf('<${{ v }}>'), scopeOf(value)), `<${text}>`);
  });

  test(`${JSON.stringify(value)} keeps its kind in a template that is nothing else`, () => {
    assert.deepEqual(resolveTemplate({ text: textOf('${{ v }}') }, scopeOf(value)), value);
  });
}

test('resolves texts inside data, and leaves other data alone', () => {
  const template = {
    table: {
      list: { list: [{ text: textOf('${{ v }}') }, { text: textOf('x${{ v }}') }, { json: 3 }] },
      ['__proto__']: { text: 'kept' },
    },
  };
  const resolved = resolveTemplate(template, scopeOf(2));
  assert.equal(JSON.stringify(resolved), '{"list":[2,"x2",3],"__proto__":"kept"}');
});

test('what a value holds is not resolved again', () => {
  assert.equal(resolveText(textOf('${{ v }}'), scopeOf('${{ v }}')), '${{ v }}');
});

test('an expression that does not compile is an evaluation error', () => {
  assert.throws(() => resolveText([{ expression: 'a ==' }], scopeOf(1)), ExpressionEvaluationError);
});
