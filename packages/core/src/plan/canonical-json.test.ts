import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson, writeCanonicalJson } from './canonical-json.ts';

const cases: readonly { title: string; value: unknown; text: string }[] = [
  {
    title: 'sorts keys by their UTF-16 units',
    value: { b: 1, a: 2, B: 3, é: 4, '10': 5, '9': 6 },
    text: '{"10":5,"9":6,"B":3,"a":2,"b":1,"é":4}',
  },
  { title: 'keeps the order of lists', value: [3, 1, [2]], text: '[3,1,[2]]' },
  { title: 'leaves out members without a value', value: { a: undefined, b: null }, text: '{"b":null}' },
  { title: 'writes text as JSON does', value: { 'a"\n': '\u2028"\\' }, text: '{"a\\"\\n":"\u2028\\"\\\\"}' },
  { title: 'writes empty data', value: [{}, [], ''], text: '[{},[],""]' },
  { title: 'sorts a key that other objects inherit', value: JSON.parse('{"b":1,"__proto__":2}'), text: '{"__proto__":2,"b":1}' },
];

for (const { title, value, text } of cases) {
  test(title, () => {
    assert.equal(canonicalJson(value), text);
    assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
  });
}

test('a large text comes in pieces that together are the whole', () => {
  const value = Array.from({ length: 20_000 }, (_, at) => ({ at, name: `step ${at} 😀` }));
  const pieces: string[] = [];
  writeCanonicalJson(value, (piece) => pieces.push(piece));
  assert.ok(pieces.length > 5);
  assert.ok(pieces.every((piece) => piece.isWellFormed()));
  assert.equal(pieces.join(''), JSON.stringify(value));
  assert.equal(canonicalJson(value), JSON.stringify(value));
});
