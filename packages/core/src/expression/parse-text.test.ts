import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseText, textOf } from './parse-text.ts';

const texts: readonly { text: string; becomes: ReturnType<typeof textOf>; because: string }[] = [
  { text: 'plain', becomes: 'plain', because: 'a text without expressions is itself' },
  { text: '', becomes: '', because: 'an empty text is itself' },
  { text: 'a ${{ params.x }} b', becomes: ['a ', { expression: 'params.x' }, ' b'], because: 'the source is trimmed' },
  { text: '${{a}}${{b}}', becomes: [{ expression: 'a' }, { expression: 'b' }], because: 'expressions may touch' },
  { text: "${{ '}}' }}", becomes: [{ expression: "'}}'" }], because: 'a string may hold the closing brackets' },
  { text: "${{ 'it''s }}' }}", becomes: [{ expression: "'it''s }}'" }], because: 'a doubled quote does not end a string' },
  {
    text: "${{ it's }} ${{ b }}",
    becomes: [{ expression: "it's" }, ' ', { expression: 'b' }],
    because: 'an endless string is a mistake of its expression',
  },
  { text: '$${{ a }}', becomes: '${{ a }}', because: 'a doubled dollar makes it literal' },
  { text: '$${{ ${{ a }}', becomes: ['${{ ', { expression: 'a' }], because: 'the escape ends where it is written' },
  {
    text: '$ {{ a }} ${ x } $$ {{',
    becomes: '$ {{ a }} ${ x } $$ {{',
    because: 'only the three characters together open an expression',
  },
  { text: 'a ${{ b', becomes: 'a ${{ b', because: 'an unclosed one stays as it is' },
  { text: '${{ }}', becomes: [{ expression: '' }], because: 'an empty one is for the compiler to refuse' },
];

for (const { text, becomes, because } of texts) {
  test(`splits ${JSON.stringify(text)}: ${because}`, () => {
    assert.deepEqual(textOf(text), becomes);
  });
}

test('gives each part its place', () => {
  const { parts, problems } = parseText('ab${{  x }}\n$${{c');
  assert.deepEqual(problems, []);
  assert.deepEqual(parts, [
    { kind: 'literal', text: 'ab', start: 0, end: 2 },
    { kind: 'expression', source: 'x', sourceStart: 7, start: 2, end: 11 },
    { kind: 'literal', text: '\n${{c', start: 11, end: 17 },
  ]);
});

test('points at an opening that nothing closes', () => {
  const { parts, problems } = parseText('a ${{ b');
  assert.deepEqual(parts, [{ kind: 'literal', text: 'a ${{ b', start: 0, end: 7 }]);
  assert.deepEqual(
    problems.map(({ code, start, end }) => ({ code, start, end })),
    [{ code: 'interpolation-unclosed', start: 2, end: 5 }],
  );
});
