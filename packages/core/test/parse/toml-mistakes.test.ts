// Each mistake of a TOML text at its exact place, and what is still read around it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseToml } from '../../src/parse/toml-parser.ts';
import { tomlRules } from '../../src/parse/toml-rules.ts';
import { unmark } from './marked.ts';

/** Behaviour; text with the mistakes marked; their codes in order of place; what is read nevertheless. */
type Case = readonly [title: string, marked: string, codes: readonly string[], root: unknown];

const strings: readonly Case[] = [
  ['a string without its closing quote ends with its line', 'a = «"x»\nb = 1', ['toml-unclosed-string'], { b: 1 }],
  ['a literal string without its closing quote', "a = «'x»\nb = 1", ['toml-unclosed-string'], { b: 1 }],
  ['trailing blanks and Windows line ends are not part of it', 'a = «"x» \r\nb = 1', ['toml-unclosed-string'], { b: 1 }],
  ['a backslash at the end of the line does not continue it', 'a = «"x\\»\nb = 1', ['toml-unclosed-string'], { b: 1 }],
  ['a lone quote', 'a = «"»', ['toml-unclosed-string'], {}],
  [
    'inside an array the brackets at the end of the line still count',
    'a = ["x", «"y]»\nb = 1',
    ['toml-unclosed-string'],
    { a: ['x'], b: 1 },
  ],
  [
    'in an array of several lines only that element is lost',
    'a = [\n  "x",\n  «"y,»\n  "z",\n]',
    ['toml-unclosed-string'],
    { a: ['x', 'z'] },
  ],
  ['inside an inline table', 'a = { b = «"x }»\nc = 1', ['toml-unclosed-string'], { a: {}, c: 1 }],
  [
    'an unclosed multi-line string ends at the next header',
    '[a]\nrun = «"""»\nmake\nx = 1\n‹[b]›\nc = 1',
    ['toml-unclosed-string'],
    { a: {}, b: { c: 1 } },
  ],
  ['one without a header behind it', "a = «'''»\nmake\n", ['toml-unclosed-string'], {}],
  [
    'one that a later string would close ends at the line of that string',
    'a = «"""»\nfoo\n‹b = """›\nbar\n"""\nc = 1',
    ['toml-unclosed-string'],
    { b: 'bar\n', c: 1 },
  ],
  [
    'one that a later string on one line would close',
    'a = «"""»\nfoo\n‹b = """bar"""›\nc = 1',
    ['toml-unclosed-string'],
    { b: 'bar', c: 1 },
  ],
  ['text that only looks like that is fine', 'a = """\nb = """\nc = 1', [], { a: 'b = ', c: 1 }],
  ['so is it within brackets', 'a = [{ b = """x\nc = """""}, 1]', [], { a: [{ b: 'x\nc = ""' }, 1] }],
  [
    'within brackets, one that a later string would close',
    'a = [«"""»x\n]\n‹b = """y"""›',
    ['toml-unclosed-string'],
    { a: [], b: 'y' },
  ],
  ['every bad escape of a string', 'a = "«\\d»+«\\q»"', ['toml-bad-escape', 'toml-bad-escape'], {}],
  [
    'escapes with too few digits',
    'a = "«\\x4»" \nb = "«\\u12»g"\nc = "«\\U0001F60»"',
    ['toml-bad-escape', 'toml-bad-escape', 'toml-bad-escape'],
    {},
  ],
  ['escapes of what is no character', 'a = "«\\ud800»«\\U00110000»"', ['toml-bad-escape', 'toml-bad-escape'], {}],
  ['a bad escape covers the whole character', 'a = "«\\😀»"', ['toml-bad-escape'], {}],
  ['a backslash before blanks is no line-ending one', 'a = """x«\\ »y"""', ['toml-bad-escape'], {}],
  ['quotes inside quotes', 'a = "say "«hello""»', ['toml-junk-after-value'], { a: 'say ' }],
  ['quotes inside quotes within an array', 'a = ["say "«hello"", "b"]»\nc = 1', ['toml-junk-after-value'], { a: [], c: 1 }],
];

const pairs: readonly Case[] = [
  ['a key alone', '«a»\nb = 1', ['toml-missing-equals'], { b: 1 }],
  ['a dotted key alone', '«a.b» # x\nb = 1', ['toml-missing-equals'], { b: 1 }],
  ['a colon', 'a«:» "x"\nb = 1', ['toml-missing-equals'], { a: 'x', b: 1 }],
  ['a colon and nothing', 'a«:»\n  b = 1', ['toml-missing-equals'], { b: 1 }],
  ['a blank instead of `=`', 'a« »"x"\nb = 1', ['toml-missing-equals'], { a: 'x', b: 1 }],
  ['an array without `=` is passed as a whole', 'a« »[\n 1,\n]\nb = 1', ['toml-missing-equals'], { a: [1], b: 1 }],
  ['words', 'a «is nice»\nb = 1', ['toml-missing-equals'], { b: 1 }],
  ['a key with blanks', '«my key» = 1\nb = 1', ['toml-bad-key'], { b: 1 }],
  ['a key with other letters', '«größe» = 1', ['toml-bad-key'], { größe: 1 }],
  ['a key with a colon in it', '«a:b» = 1', ['toml-bad-key'], { 'a:b': 1 }],
  [
    'a comment of another language',
    '«// a = 1»\n«; b»\nc = 1 «// d»',
    ['toml-bad-key', 'toml-bad-key', 'toml-junk-after-value'],
    { c: 1 },
  ],
  ['words that begin oddly are one mistake', '«§1» says so\nb = 1', ['toml-bad-key'], { b: 1 }],
  ['a key in triple quotes', '«"""»a""" = 1\nb = 1', ['toml-bad-key'], { b: 1 }],
  ['a key without its closing quote', '«"a = 1»\nb = 1', ['toml-unclosed-string'], { b: 1 }],
  ['no key', '«=» 1\nb = 1', ['toml-missing-key'], { b: 1 }],
  ['no key before an array of several lines', '«=» [\n  1,\n]\nb = 1', ['toml-missing-key'], { b: 1 }],
  ['two dots', 'a«.».b = 1\nb = 1', ['toml-missing-key'], { b: 1 }],
  ['a dot at the end', 'a«.» = 1\nb = 1', ['toml-missing-key'], { b: 1 }],
  ['a dot at the start', '«.»a = 1\nb = 1', ['toml-missing-key'], { b: 1 }],
  ['a closing bracket left over', '«]»\nb = 1', ['toml-missing-key'], { b: 1 }],
  ['no value', 'a «=»\nb = 1', ['toml-missing-value'], { b: 1 }],
  ['no value but a comment', 'a «=» # x\nb = 1', ['toml-missing-value'], { b: 1 }],
  ['no value at the end of the text', 'a «=»', ['toml-missing-value'], {}],
  ['no value in an inline table', 'a = { b «=», c = 1 }', ['toml-missing-value'], { a: { c: 1 } }],
  ['two equals signs', 'a «==» 1', ['toml-bad-value'], { a: 1 }],
  ['an arrow', 'a «=>» 1', ['toml-bad-value'], { a: 1 }],
  ['a bracket instead of a value', 'a = «]»\nb = 1', ['toml-bad-value'], { b: 1 }],
  ['two pairs on a line', 'a = 1 «b = 2»\nc = 3', ['toml-junk-after-value'], { a: 1, c: 3 }],
  ['a comma at the end of the line', 'a = 1«,»\nc = 3', ['toml-junk-after-value'], { a: 1, c: 3 }],
];

const words: readonly Case[] = [
  ['text without quotes', 'a = «cargo build» # x\nb = 1', ['toml-unquoted-text'], { b: 1 }],
  ['text without quotes in an array', 'a = [«build», «lint»]', ['toml-unquoted-text', 'toml-unquoted-text'], { a: [] }],
  ['typographic quotes', 'a = «“x”»', ['toml-unquoted-text'], {}],
  ['a duration', 'a = «10m»', ['toml-bad-number'], {}],
  ['a version', 'a = «1.2.0»', ['toml-bad-number'], {}],
  ['leading zeros', 'a = [«01», «-00», «00.5»]', ['toml-bad-number', 'toml-bad-number', 'toml-bad-number'], { a: [] }],
  [
    'dots and underscores',
    'a = [«1.», «.5», «1__0», «1_», «1e», «1._5»]',
    Array.from({ length: 6 }, () => 'toml-bad-number'),
    { a: [] },
  ],
  [
    'other bases',
    'a = [«0X1F», «0b2», «+0x1», «0o», 0xfF, 0o17, 0b11]',
    Array.from({ length: 4 }, () => 'toml-bad-number'),
    { a: [255, 15, 3] },
  ],
  ['an integer of more than 64 bits', 'a = «9223372036854775808»', ['toml-bad-number'], {}],
  ['booleans in capitals', 'a = «True»\nb = «FALSE»', ['toml-bad-value', 'toml-bad-value'], {}],
  ['null', 'a = «null»\nb = «None»', ['toml-bad-value', 'toml-bad-value'], {}],
  [
    'dates that do not exist',
    'a = [«2026-02-30», «2025-02-29», «2026-13-01», «2026-01-00»]',
    Array.from({ length: 4 }, () => 'toml-bad-date'),
    { a: [] },
  ],
  [
    'times that do not exist',
    'a = [«24:00:00», «12:60:00», «2026-01-01 12:00:61Z», «2026-01-01T12:00:00+24:00»]',
    Array.from({ length: 4 }, () => 'toml-bad-date'),
    { a: [] },
  ],
];

const brackets: readonly Case[] = [
  ['an unclosed array ends before the next pair', 'a = «[»"x", "y"\n‹b› = 1', ['toml-unclosed-array'], { a: ['x', 'y'], b: 1 }],
  [
    'an unclosed array ends before the next header',
    'a = «[»\n  "x",\n‹[›b]\nc = 1',
    ['toml-unclosed-array'],
    { a: ['x'], b: { c: 1 } },
  ],
  ['an unclosed array at the end of the text', 'a = «[»1,\n2', ['toml-unclosed-array'], { a: [1, 2] }],
  ['of nested ones the inner is named', 'a = [[1], «[»2\n‹b› = 1', ['toml-unclosed-array'], { a: [[1], [2]], b: 1 }],
  ['arrays of arrays are no headers', 'a = [\n["b"]\n]\nb = [\n[1],\n[true]\n]', [], { a: [['b']], b: [[1], [true]] }],
  ['a missing comma', 'a = ["x" «"»y"]', ['toml-missing-comma'], { a: ['x', 'y'] }],
  ['missing commas between lines', 'a = [\n  "x"\n  «"»y"\n]', ['toml-missing-comma'], { a: ['x', 'y'] }],
  ['extra commas', 'a = [«,» 1, «,» 2, ]', ['toml-extra-comma', 'toml-extra-comma'], { a: [1, 2] }],
  ['the wrong bracket', 'a = ‹[›1«}»\nb = 1', ['toml-wrong-bracket'], { a: [1], b: 1 }],
  ['the wrong brace', 'a = ‹{› b = 1 «]»\nc = 1', ['toml-wrong-bracket'], { a: { b: 1 }, c: 1 }],
  [
    'a table closed by the bracket around it',
    'a = [«{» b = 1‹]›\nc = 1',
    ['toml-unclosed-inline-table'],
    { a: [{ b: 1 }], c: 1 },
  ],
  [
    'an unclosed inline table ends before the next line',
    'a = «{» b = 1\n‹c› = 1',
    ['toml-unclosed-inline-table'],
    { a: { b: 1 }, c: 1 },
  ],
  [
    'an unclosed inline table ends before the next header',
    'a = «{»\n  b = 1,\n‹[›c]',
    ['toml-unclosed-inline-table'],
    { a: { b: 1 }, c: {} },
  ],
  [
    'indented lines without commas belong to the inline table',
    'a = {\n  b = 1\n  «c» = 2\n}',
    ['toml-missing-comma'],
    { a: { b: 1, c: 2 } },
  ],
  [
    'inline tables may have line ends, comments and a trailing comma',
    'a = { # x\n  b = 1, # y\n  c = 2,\n}',
    [],
    { a: { b: 1, c: 2 } },
  ],
  ['extra commas in an inline table', 'a = { «,» b = 1, «,» }', ['toml-extra-comma', 'toml-extra-comma'], { a: { b: 1 } }],
  ['a header without its bracket', '«[a»\nb = 1', ['toml-unclosed-header'], { a: { b: 1 } }],
  ['an element header with one bracket', '«[[a]»\nb = 1', ['toml-unclosed-header'], { a: [{ b: 1 }] }],
  ['an empty header; what is below it belongs nowhere', '[«]»\nb = 1\n[c]\nd = 1', ['toml-missing-key'], { c: { d: 1 } }],
  ['a header with blanks in its name', '[a.«b c»]\nd = 1', ['toml-bad-key'], {}],
  ['a header with something behind it', '[a] «b = 1»\nc = 1', ['toml-junk-after-value'], { a: { c: 1 } }],
];

const tables: readonly Case[] = [
  ['a key twice', '‹a› = 1\n«a» = 2', ['toml-duplicate-key'], { a: 1 }],
  ['a key twice, one quoted', '‹a› = 1\n«"a"» = 2', ['toml-duplicate-key'], { a: 1 }],
  ['a key twice in an inline table', 'a = { ‹b› = 1, «b» = 2 }', ['toml-duplicate-key'], { a: { b: 1 } }],
  ['a key that is a table too', '[a.‹b›]\n[c]\n[a]\n«b» = 1', ['toml-duplicate-key'], { a: { b: {} }, c: {} }],
  [
    'a table twice; keys of the second are not mixed into the first',
    '[‹a›]\nb = 1\n«[a]»\nb = 2\nc = 3',
    ['toml-duplicate-table'],
    { a: { b: 1 } },
  ],
  ['a table made by a dotted key', '‹a›.b = 1\n«[a]»\nc = 1', ['toml-duplicate-table'], { a: { b: 1 } }],
  ['an array of tables opened as table', '[[‹a›]]\n«[a]»\nb = 1', ['toml-duplicate-table'], { a: [{}] }],
  ['a table opened as array of tables', '[‹a›]\n«[[a]]»\nb = 1', ['toml-not-a-table'], { a: {} }],
  ['an array that gets an element by header', '‹a› = []\n«[[a]]»\nb = 1', ['toml-not-a-table'], { a: [] }],
  ['a header below a string', '‹a› = "x"\n[«a».b]\nc = 1', ['toml-not-a-table'], { a: 'x' }],
  ['a dotted key below a number', '‹a› = 1\n«a».b = 2', ['toml-not-a-table'], { a: 1 }],
  ['a dotted key into a table with a header', '[a.‹b›]\n[a]\n«b».c = 1', ['toml-dotted-key-conflict'], { a: { b: {} } }],
  ['an inline table extended by a dotted key', '‹a› = { b = 1 }\n«a».c = 2', ['toml-inline-table-extended'], { a: { b: 1 } }],
  ['an inline table extended by a header', '‹a› = { b = 1 }\n[«a».c]', ['toml-inline-table-extended'], { a: { b: 1 } }],
  ['a header for an inline table', '‹a› = { b = 1 }\n[«a»]', ['toml-inline-table-extended'], { a: { b: 1 } }],
  ['names of object members are ordinary keys', '__proto__ = 1\nconstructor = 2\n[toString]\nvalueOf = 3', [], undefined],
];

const characters: readonly Case[] = [
  [
    'control characters in strings and comments',
    'a = "x«\u0001\u0002»" # «\u007f»',
    ['toml-control-character', 'toml-control-character'],
    { a: 'x\u0001\u0002' },
  ],
  ['a carriage return without a line feed', 'a = 1«\r»b = 2', ['toml-control-character'], { a: 1 }],
  ['half of a surrogate pair', 'a = "«\ud800»"', ['toml-control-character'], { a: '\ud800' }],
  ['whole pairs, tabs and Windows line ends are fine', 'a = "😀\t"\r\n# \t\r\nb = 1', [], { a: '😀\t', b: 1 }],
  ['a NUL means that this is no text', 'a = \n«\0»b =', ['toml-control-character'], {}],
  ['a byte order mark is fine at the start', '\ufeffa = 1', [], { a: 1 }],
  ['a byte order mark elsewhere is not', 'a = 1\n«\ufeffb» = 2', ['toml-bad-key'], { a: 1, '\ufeffb': 2 }],
];

for (const [name, cases] of Object.entries({ strings, pairs, words, brackets, tables, characters })) {
  describe(`mistakes of ${name}`, () => {
    for (const [title, marked, codes, root] of cases) {
      it(title, () => {
        const { text, spans, related } = unmark(marked);
        const document = parseToml(text, 'workflow.toml');
        assert.deepEqual(
          document.diagnostics.map(({ code, span }) => ({ code, span })),
          codes.map((code, index) => ({ code, span: spans[index] })),
        );
        const places = document.diagnostics.flatMap((diagnostic) => diagnostic.related.map((place) => place.span));
        assert.deepEqual(
          places.toSorted((a, b) => a.start - b.start),
          related,
        );
        if (root !== undefined) assert.deepEqual(plain(document.root), root);
      });
    }
  });
}

describe('pages of mistakes', () => {
  for (const { code, bad, good } of tomlRules) {
    it(`the examples of ${code} show it and its cure`, () => {
      assert.ok(parseToml(bad, 'bad.toml').diagnostics.some((diagnostic) => diagnostic.code === code));
      assert.deepEqual(parseToml(good, 'good.toml').diagnostics, []);
    });
  }

  it('there is a page for each code that the tests above know', () => {
    const pages = new Set(tomlRules.map((rule) => rule.code));
    assert.equal(pages.size, tomlRules.length);
    const known = [strings, pairs, words, brackets, tables, characters].flat().flatMap(([, , codes]) => codes);
    assert.deepEqual(
      known.filter((code) => !pages.has(code)),
      [],
    );
  });
});

describe('many mistakes', () => {
  it('lists a hundred and says that there are more', () => {
    const { diagnostics } = parseToml('?\n'.repeat(1000), 'workflow.toml');
    assert.equal(diagnostics.length, 101);
    assert.equal(diagnostics[100]?.code, 'toml-too-many-mistakes');
    assert.deepEqual(diagnostics[100]?.span, { start: 199, end: 199 });
  });

  it('names each mistake of a file in one go, in order of place', () => {
    const text = 'id "x"\nname = "a\n[steps.build]\nrun = make\nneeds = ["a" "b"\ntimeout = 5m\n[steps.build]\n';
    assert.deepEqual(
      parseToml(text, 'workflow.toml').diagnostics.map(({ code }) => code),
      [
        'toml-missing-equals',
        'toml-unclosed-string',
        'toml-unquoted-text',
        'toml-unclosed-array',
        'toml-missing-comma',
        'toml-bad-number',
        'toml-duplicate-table',
      ],
    );
  });
});

/** Gives tables their usual prototype, so that they compare with literals. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, plain(below)]));
}
