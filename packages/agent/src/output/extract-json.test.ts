import assert from 'node:assert/strict';
import { it } from 'node:test';
import { extractJson } from './extract-json.ts';

for (const [title, text, value] of [
  ['the whole text', ' {"a": [1]} \n', { a: [1] }],
  ['a fenced block', 'Here it is:\n```json\n{"a": 1}\n```\nDone.', { a: 1 }],
  ['the last of several fenced blocks', '```\n{"a": 1}\n```\nbetter:\n```json\n{"a": 2}\n```', { a: 2 }],
  ['an object among words', 'The answer is {"a": {"b": 2}}. Bye', { a: { b: 2 } }],
  ['a list among words', 'So: [1, 2]', [1, 2]],
  ['a plain value', 'true', true],
] as const) {
  it(`finds ${title}`, () => assert.deepEqual(extractJson(text), value));
}

for (const text of ['', 'no idea', '{"a": ', '```json\nnope\n```', '} and {']) {
  it(`finds nothing in ${JSON.stringify(text)}`, () => assert.equal(extractJson(text), undefined));
}
