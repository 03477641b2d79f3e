// What is written is read as the same by our own parser and by another one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import type { TomlValue } from './document.ts';
import { renderTomlPath, renderTomlText, renderTomlValue } from './render-toml.ts';
import { parseToml } from './toml-parser.ts';

const hostile = fc.array(
  fc.constantFrom('"', "'", '\\', '\n', '\r', '\t', '\0', '\u001b', '\u007f', '#', ' ', 'a', 'é', '😀', '${{', ']]'),
  {
    maxLength: 12,
  },
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  hostile.map((parts) => parts.join('')),
);

const json: fc.Arbitrary<TomlValue> = fc.letrec<{ value: TomlValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** The value of `x` in a text, read by both parsers. */
function readBoth(source: string): unknown[] {
  const document = parseToml(source, 'text');
  assert.deepEqual(document.diagnostics, [], source);
  return [document.root, parse(source, { integersAsBigInt: false })].map((root) => JSON.parse(JSON.stringify(root)) as unknown);
}

test('a text is read as it was written, on one line and over several', () => {
  fc.assert(
    fc.property(text, (value) => {
      for (const written of [renderTomlValue(value), renderTomlText(value)]) {
        assert.deepEqual(readBoth(`x = ${written}\n`), [{ x: value }, { x: value }]);
      }
      assert.ok(!renderTomlValue(value).includes('\n'));
    }),
    { numRuns: 1000 },
  );
});

test('a value is read as it was written, under whatever key', () => {
  fc.assert(
    fc.property(
      text.filter((key) => key !== '__proto__'),
      json,
      (key, value) => {
        const [ours] = readBoth(`${renderTomlPath(['x', key])} = ${renderTomlValue(value)}\n`);
        assert.deepEqual(ours, JSON.parse(JSON.stringify({ x: { [key]: value } })));
      },
    ),
    { numRuns: 500 },
  );
});

test('lone surrogates, which TOML can not hold, become replacement characters', () => {
  assert.equal(renderTomlValue('a\ud800b😀'), '"a\ufffdb😀"');
});
