// Texts made to break a parser: a megabyte of each comes to an end. (Quadratic work on one of them would take minutes.)

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { locateDiagnostics } from '../../src/parse/locate-diagnostics.ts';
import { parseToml } from '../../src/parse/toml-parser.ts';

const size = 1_000_000;

function fill(start: string, repeated: string, end = ''): string {
  return start + repeated.repeat(Math.ceil(size / repeated.length)) + end;
}

/** Title, text, code of the first mistake (null: none). */
const cases: readonly (readonly [title: string, text: string, code: string | null])[] = [
  ['opening brackets', fill('', '['), 'toml-missing-key'],
  ['arrays in arrays', fill('a=', '['), 'toml-too-deep'],
  ['inline tables in inline tables', fill('a=', '{a='), 'toml-too-deep'],
  ['both in turn', fill('a=', '[{a='), 'toml-too-deep'],
  ['dotted keys', fill('', 'a.'), 'toml-too-deep'],
  ['dotted headers', fill('[', 'a.'), 'toml-too-deep'],
  ['quotes', fill('', '"'), 'toml-bad-key'],
  ['apostrophes', fill('', "'"), 'toml-bad-key'],
  ['unclosed arrays', fill('', 'a=[\n'), 'toml-unclosed-array'],
  ['unclosed inline tables', fill('', 'a={\n'), 'toml-too-deep'],
  ['unclosed strings', fill('', 'a="\n'), 'toml-unclosed-string'],
  ['multi-line strings that close each other', fill('', 'a="""\n'), 'toml-duplicate-key'],
  ['multi-line strings that close each other too early', fill('', 'a="""\\"""\n'), 'toml-unclosed-string'],
  ['strings in one array that look like opening ones', fill('a=[', '"""=""",', ']'), null],
  ['strings on lines of one array that look like opening ones', fill('a=[', '"""\nb="""\n,', ']'), null],
  ['backslashes', fill('a="', '\\'), 'toml-unclosed-string'],
  ['escapes', fill('a="', '\\n', '"'), null],
  ['bad escapes', fill('a="', '\\q', '"'), 'toml-bad-escape'],
  ['line-ending backslashes', fill('a="""', '\\\n ', '"""'), null],
  ['commas', fill('a=[', ','), 'toml-extra-comma'],
  ['words', fill('', 'a '), 'toml-missing-equals'],
  ['words in an array', fill('a=[', 'x '), 'toml-unclosed-array'],
  ['words in an array with commas', fill('a=[', 'x,', ']'), 'toml-unquoted-text'],
  ['elements without commas', fill('a=[\n', '"b"\n'), 'toml-missing-comma'],
  ['keys without commas', fill('a={\n', ' b=1\n'), 'toml-missing-comma'],
  ['one key again and again', fill('', 'a=1\n'), 'toml-duplicate-key'],
  ['one table again and again', fill('', '[a]\n'), 'toml-duplicate-table'],
  ['elements of an array of tables', fill('', '[[a]]\n'), null],
  ['digits', fill('a=', '1'), 'toml-bad-number'],
  ['digits and underscores', fill('a=', '1_'), 'toml-bad-number'],
  ['a long word as key', fill('', 'é'), 'toml-bad-key'],
  ['halves of surrogate pairs', fill('', '\ud800a'), 'toml-control-character'],
  ['carriage returns', fill('', '\r'), 'toml-control-character'],
  ['comments', fill('', '#\n'), null],
  ['blanks', fill('', ' \t'), null],
  ['statements that open something', fill('', '= [\n'), 'toml-missing-key'],
];

describe('parseToml comes to an end with a megabyte of', () => {
  for (const [title, text, code] of cases) {
    it(title, () => {
      const document = parseToml(text, 'workflow.toml');
      assert.equal(document.diagnostics[0]?.code ?? null, code);
      assert.ok(document.diagnostics.length <= 101);
      assert.equal(locateDiagnostics([document], document.diagnostics).length, document.diagnostics.length);
    });
  }
});

describe('look-ups in large documents', () => {
  it('find each of many keys, elements and stretches of a string', () => {
    const count = 50_000;
    const keys = Array.from({ length: count }, (_, i) => `k${i} = ${i}\n`).join('');
    const list = `list = [${Array.from({ length: count }, (_, i) => i).join(',')}]\n`;
    const document = parseToml(`${keys}${list}text = "${'\\n${{ x }}'.repeat(count)}"\n`, 'workflow.toml');
    for (let i = 0; i < count; i++) {
      const key = document.spanOf([`k${i}`], 'value');
      const element = document.spanOf(['list', i], 'value');
      const stretch = document.spanInString(['text'], i * 9 + 1, i * 9 + 9);
      assert.equal(document.text.slice(key.start, key.end), String(i));
      assert.equal(document.text.slice(element.start, element.end), String(i));
      assert.equal(document.text.slice(stretch.start, stretch.end), '${{ x }}');
    }
  });
});
