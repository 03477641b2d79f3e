// How values are written as TOML.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderToml, renderTomlKey, renderTomlValue } from '../../src/parse/render-toml.ts';

describe('renderToml', () => {
  it('writes values first, then tables with headers', () => {
    const text = renderToml({
      steps: { build: { run: 'make\ntest\n', needs: ['a', 'b'], env: { A: '1' } }, 'a b': {} },
      id: 'x',
      list: [{ a: 1 }, { b: { c: true } }],
      mixed: [{ a: 1 }, 2],
    });
    assert.equal(
      text,
      `id = "x"
mixed = [{ a = 1 }, 2]

[steps.build]
run = """
make
test
"""
needs = ["a", "b"]

[steps.build.env]
A = "1"

[steps."a b"]

[[list]]
a = 1

[[list]]

[list.b]
c = true
`,
    );
  });

  it('writes nothing for an empty table', () => assert.equal(renderToml({}), ''));
});

describe('renderTomlValue', () => {
  const cases: readonly (readonly [value: Parameters<typeof renderTomlValue>[0], text: string])[] = [
    [1, '1'],
    [-0, '-0.0'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [2 ** 60, '1152921504606847000.0'],
    [2n ** 60n, '1152921504606846976'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    ['a"b\\\n\t\u0001\u007f', '"a\\"b\\\\\\n\\t\\u0001\\u007F"'],
    ['\ud800x', '"\ufffdx"'],
    [{ kind: 'date-time', text: '2026-01-02' }, '2026-01-02'],
    [{}, '{}'],
    [{ 'a.b': [[]] }, '{ "a.b" = [[]] }'],
  ];
  for (const [value, text] of cases) it(`writes ${text}`, () => assert.equal(renderTomlValue(value), text));
});

describe('renderTomlKey', () => {
  it('leaves out quotes where it can', () => {
    assert.deepEqual(['a-b_1', '', 'a.b', 'é', '1'].map(renderTomlKey), ['a-b_1', '""', '"a.b"', '"é"', '1']);
  });
});
