// Where things stand: spans of keys, values and entries, stretches inside strings, what a mistake spoiled.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Path, SpanPart } from '../../src/parse/document.ts';
import { parseToml } from '../../src/parse/toml-parser.ts';

const text = `id = "x" # comment
[steps.build]
needs = ["a", 'b']
env = { A = "1", "B c" = "2" }
retry.max = 3
retry.delay = "1s"

[[steps.list]]
x = 1
[[steps.list]]
x.y = [[1], { z = true }]
[late.sub]
[late]
`;

describe('spanOf', () => {
  const document = parseToml(text, 'workflow.toml');
  const show = (path: Path, part: SpanPart): string => {
    const { start, end } = document.spanOf(path, part);
    return text.slice(start, end);
  };
  const cases: readonly (readonly [Path, key: string, value: string, entry: string])[] = [
    [['id'], 'id', '"x"', 'id = "x"'],
    [['steps'], 'steps', '[steps.build]', '[steps.build]'],
    [['steps', 'build'], 'build', '[steps.build]', '[steps.build]'],
    [['steps', 'build', 'needs'], 'needs', `["a", 'b']`, `needs = ["a", 'b']`],
    [['steps', 'build', 'needs', 1], `'b'`, `'b'`, `'b'`],
    [['steps', 'build', 'env'], 'env', '{ A = "1", "B c" = "2" }', 'env = { A = "1", "B c" = "2" }'],
    [['steps', 'build', 'env', 'B c'], '"B c"', '"2"', '"B c" = "2"'],
    [['steps', 'build', 'retry'], 'retry', 'retry.max = 3', 'retry.max = 3'],
    [['steps', 'build', 'retry', 'delay'], 'delay', '"1s"', 'delay = "1s"'],
    [['steps', 'list'], 'list', '[[steps.list]]', '[[steps.list]]'],
    [['steps', 'list', 1, 'x', 'y', 1, 'z'], 'z', 'true', 'z = true'],
    [['late'], 'late', '[late]', '[late]'],
    // What does not exist is where its nearest ancestor is.
    [['steps', 'build', 'env', 'C', 'D'], 'env', '{ A = "1", "B c" = "2" }', 'env = { A = "1", "B c" = "2" }'],
    [['steps', 'build', 'needs', 7], 'needs', `["a", 'b']`, `needs = ["a", 'b']`],
    [['steps', 'build', 'needs', 'x'], 'needs', `["a", 'b']`, `needs = ["a", 'b']`],
    [['nothing'], '', '', ''],
    [[], '', '', ''],
  ];
  for (const [path, key, value, entry] of cases) {
    it(`finds ${JSON.stringify(path)}`, () => {
      assert.deepEqual([show(path, 'key'), show(path, 'value'), show(path, 'entry')], [key, value, entry]);
    });
  }

  it('places a later header, not the longer one before it', () => {
    assert.equal(document.spanOf(['late'], 'value').start, text.lastIndexOf('[late]'));
  });

  it('tells elements of an array of tables apart', () => {
    assert.equal(document.spanOf(['steps', 'list', 0], 'value').start, text.indexOf('[[steps.list]]'));
    assert.equal(document.spanOf(['steps', 'list', 1], 'value').start, text.lastIndexOf('[[steps.list]]'));
  });

  it('finds every key of a wide table', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `key${i} = ${i}\n`);
    const wide = parseToml(lines.join(''), 'workflow.toml');
    for (let i = 0; i < 200; i++) {
      const { start, end } = wide.spanOf([`key${i}`], 'entry');
      assert.equal(wide.text.slice(start, end), `key${i} = ${i}`);
    }
  });
});

describe('valueAt', () => {
  const document = parseToml(`${text}\n[dates]\nd = 2026-01-02\n`, 'workflow.toml');

  it('walks tables and arrays', () => {
    assert.equal(document.valueAt(['steps', 'list', 1, 'x', 'y', 0, 0]), 1);
    assert.equal(document.valueAt([]), document.root);
  });

  it('answers undefined for what is not there', () => {
    const missing: Path[] = [
      ['x'],
      ['id', 'length'],
      ['id', 0],
      ['steps', 'build', 'needs', 'length'],
      ['steps', 0],
      ['dates', 'd', 'kind'],
    ];
    for (const path of missing) assert.equal(document.valueAt(path), undefined);
  });

  it('finds no members of objects', () => {
    assert.equal(document.valueAt(['constructor']), undefined);
    assert.equal(document.valueAt(['__proto__']), undefined);
    assert.equal(parseToml('__proto__ = 1', 'workflow.toml').valueAt(['__proto__']), 1);
  });
});

describe('spanInString', () => {
  // The literal, a part of the decoded string, and the source of that part.
  const cases: readonly (readonly [literal: string, decoded: string, part: string, source: string])[] = [
    ['"abc"', 'abc', 'b', 'b'],
    ["'a\\tc'", 'a\\tc', '\\t', '\\t'],
    ['"a\\tbc"', 'a\tbc', 'bc', 'bc'],
    ['"a\\tbc"', 'a\tbc', '\t', '\\t'],
    ['"\\u00e9x\\U0001F600y"', 'éx😀y', '😀', '\\U0001F600'],
    ['"\\u00e9x\\U0001F600y"', 'éx😀y', 'x', 'x'],
    ['"""\nabc"""', 'abc', 'a', 'a'],
    ['"""\r\na\r\nbc"""', 'a\nbc', '\nb', '\r\nb'],
    ['"""a \\\n   bc"""', 'a bc', 'b', 'b'],
    ['"""a \\\n   bc"""', 'a bc', ' b', ' \\\n   b'],
    ['"""a\\\n\n \\\n b"""', 'ab', 'b', 'b'],
    ["'''\nx'y''z'''", "x'y''z", "y''z", "y''z"],
    ['"""x"""""', 'x""', '""', '""'],
    ['""', '', '', ''],
  ];
  for (const [literal, decoded, part, source] of cases) {
    it(`finds ${JSON.stringify(part)} in ${JSON.stringify(literal)}`, () => {
      const document = parseToml(`[t]\nkey = [0, ${literal}] # x`, 'workflow.toml');
      assert.deepEqual(document.diagnostics, []);
      assert.equal(document.valueAt(['t', 'key', 1]), decoded);
      const at = decoded.indexOf(part);
      const { start, end } = document.spanInString(['t', 'key', 1], at, at + part.length);
      assert.equal(document.text.slice(start, end), source);
    });
  }

  const document = parseToml('a = "x\\ny"\nb = 12', 'workflow.toml');

  it('covers the whole escape for half of what it stands for', () => {
    const emoji = parseToml('a = "\\U0001F600"', 'workflow.toml');
    assert.deepEqual(emoji.spanInString(['a'], 1, 2), { start: 5, end: 15 });
  });

  it('gives empty places as empty', () => {
    assert.deepEqual(document.spanInString(['a'], 2, 2), { start: 8, end: 8 });
    assert.deepEqual(document.spanInString(['a'], 3, 3), { start: 9, end: 9 });
  });

  it('keeps offsets outside of the string inside of it', () => {
    assert.deepEqual(document.spanInString(['a'], -5, 99), { start: 5, end: 9 });
    assert.deepEqual(document.spanInString(['a'], 99, 100), { start: 9, end: 9 });
  });

  it('answers with the whole value for what is no string', () => {
    assert.deepEqual(document.spanInString(['b'], 0, 1), document.spanOf(['b'], 'value'));
    assert.deepEqual(document.spanInString(['b', 'c'], 0, 1), document.spanOf(['b'], 'value'));
  });
});

describe('isSpoiled', () => {
  const document = parseToml('a = "x\nb = 1\n[t]\n= 2\nc = 1\n[u]\nd = [1, x]\ne.f = y\n', 'workflow.toml');
  const cases: readonly (readonly [Path, boolean])[] = [
    [['a'], true],
    [['a', 'x'], true],
    [['b'], false],
    [['missing'], false],
    [['t', 'missing'], true],
    [['t', 'c'], false],
    [['u', 'missing'], false],
    [['u', 'd'], false],
    [['u', 'e', 'f'], true],
    [['u', 'e', 'g'], false],
  ];
  for (const [path, expected] of cases) {
    it(`${path.join('.')} is ${expected ? '' : 'not '}spoiled`, () => assert.equal(document.isSpoiled(path), expected));
  }

  it('a key that is written again after a broken line has its value and place', () => {
    const again = parseToml('a = "x\na = 1', 'workflow.toml');
    assert.equal(again.valueAt(['a']), 1);
    assert.equal(again.isSpoiled(['a']), false);
    assert.deepEqual(again.spanOf(['a'], 'value'), { start: 11, end: 12 });
  });
});
