import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutMiddle, cutTo, padTo, widthOf } from './width.ts';

test('counts columns: wide characters and emoji take two, marks none', () => {
  for (const [text, columns] of [
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['🐝', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['한글', 4],
    ['…', 1],
    ['\u200b', 0],
    ['ｆ', 2],
  ] as const) {
    assert.equal(widthOf(text), columns, JSON.stringify(text));
  }
});

test('cuts at columns, never inside a character, and says so with an ellipsis', () => {
  assert.equal(cutTo('abcdef', 6), 'abcdef');
  assert.equal(cutTo('abcdef', 5), 'abcd…');
  assert.equal(cutTo('日本語', 5), '日本…');
  assert.equal(cutTo('日本語', 4), '日…');
  assert.equal(cutTo('日本語', 6), '日本語');
  assert.equal(cutTo('a👩‍👩‍👧b', 3), 'a…');
  assert.equal(cutTo('abc', 1), '…');
  assert.equal(cutTo('abc', 0), '');
});

test('what was cut is never wider than asked for', () => {
  const texts = ['plain words', '日本語テキスト', '🐝🐝🐝🐝', 'e\u0301e\u0301e\u0301', 'a日b🐝c'];
  for (const text of texts) {
    for (let columns = 0; columns < 20; columns += 1) {
      assert.ok(widthOf(cutTo(text, columns)) <= columns, `${text} at ${columns}`);
      assert.ok(widthOf(cutMiddle(text, columns)) <= columns, `${text} in the middle at ${columns}`);
    }
  }
});

test('cuts the middle of a path', () => {
  assert.equal(cutMiddle('/home/ana/src/shop/workflow.toml', 15), '/home/a…ow.toml');
});

test('pads by columns', () => {
  assert.equal(padTo('日', 4) + '|', '日  |');
});
