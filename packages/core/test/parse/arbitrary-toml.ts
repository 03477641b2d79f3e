// What the property tests are made of: values, texts in which every layout occurs, and ways to break a text.

import * as fc from 'fast-check';
import type { TomlValue } from '../../src/parse/document.ts';

type Table = { [key: string]: TomlValue };

const keys = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'run', 'needs', 'a-b', '1', 'env') },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '', 'a.b', 'kind', 'text') },
  { weight: 2, arbitrary: fc.string({ maxLength: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 3 }) },
);

/** Any text that TOML can hold. */
export const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', '\n', '\r', '\t', ' ', 'n', '\u0000', '\u007f', '😀', '#', '='),
    maxLength: 8,
  }),
);

const scalars: fc.Arbitrary<TomlValue> = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.double(),
  fc.boolean(),
);

/** A table as a parsed document holds it: without prototypes. */
export const table: fc.Arbitrary<Table> = fc.letrec<{ table: Table; value: TomlValue; array: TomlValue[] }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalars, tie('array'), tie('table')),
  array: fc.array(tie('value'), { maxLength: 4 }),
  table: fc.array(fc.tuple(keys, tie('value')), { maxLength: 5 }).map((entries) => {
    const made = Object.create(null) as Table;
    for (const [key, value] of entries) made[key] = value;
    return made;
  }),
})).table;

/** One character of a string and a way to write it. */
export interface Piece {
  readonly decoded: string;
  readonly source: string;
}

function unicodeEscapes(character: string): string[] {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  const all = [`\\U${hex.padStart(8, '0')}`];
  if (hex.length <= 4) all.push(`\\u${hex.padStart(4, '0')}`);
  if (hex.length <= 2) all.push(`\\x${hex.padStart(2, '0')}`);
  return all;
}

const escaped = fc
  .constantFrom('a', '\n', '\t', 'é', '😀', '"', '\\', '\0')
  .chain((character) => fc.constantFrom(...unicodeEscapes(character)).map((source) => ({ decoded: character, source })));
const simple = fc.constantFrom<Piece>(
  { decoded: '\n', source: '\\n' },
  { decoded: '\\', source: '\\\\' },
  { decoded: '"', source: '\\"' },
  { decoded: '\u001b', source: '\\e' },
);
const plain = fc
  .constantFrom('x', 'y', 'é', '😀', '\t', ' ', "'", '$')
  .map((character) => ({ decoded: character, source: character }));
const lineEnds = fc.constantFrom<Piece>(
  { decoded: '\n', source: '\n' },
  { decoded: '\n', source: '\r\n' },
  { decoded: 'z', source: '\\\n  z' },
  { decoded: 'z', source: '\\  \r\n\n\t z' },
);

/** A basic string on one line, in pieces. */
export const singleLine = fc.array(fc.oneof(escaped, simple, plain), { maxLength: 12 });
/** A multi-line basic string, in pieces. */
export const multiLine = fc.array(fc.oneof(escaped, simple, plain, lineEnds), { maxLength: 12 });

const blanks = fc.constantFrom('', ' ', '\t ');
const wide = fc.constantFrom('', ' ', '\n', ' # note ] } "\n', '\r\n  ');

/** The text of a value in many layouts, valid in TOML 1.1. */
export const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string; array: string; inline: string; scalar: string }>(
  (tie) => ({
    scalar: fc.oneof(
      fc.constantFrom(
        '0',
        '-17',
        '+1',
        '1_000',
        '0xdead_BEEF',
        '0o17',
        '0b1',
        '1.5',
        '-0.0',
        '6e2',
        '1E-2',
        'inf',
        '-nan',
        'true',
        'false',
      ),
      fc.constantFrom(
        '1979-05-27T07:32:00Z',
        '1979-05-27 07:32:00.5',
        '1979-05-27',
        '07:32:00',
        '07:32',
        '1979-05-27t07:32:00-07:00',
      ),
      fc.constantFrom(
        '""',
        "''",
        '"a"',
        "'a\\'",
        '"\\u00e9\\t"',
        '""""""',
        "'''a'b''c'''",
        '"""a ""b"""""',
        '"""\n a\\\n  b\n"""',
        "'''\n\n'''",
      ),
    ),
    value: fc.oneof({ depthSize: 'small' }, tie('scalar'), tie('array'), tie('inline')),
    array: fc
      .tuple(fc.array(fc.tuple(tie('value'), wide), { maxLength: 3 }), wide, fc.boolean())
      .map(([items, space, trailing]) => {
        const inner = items.map(([item, after]) => `${item}${after}`).join(`,${space}`);
        return `[${space}${inner}${trailing && items.length > 0 ? ',' : ''}${space}]`;
      }),
    inline: fc.tuple(fc.array(fc.tuple(tie('value'), wide), { maxLength: 3 }), wide, blanks).map(([items, space, blank]) => {
      const inner = items
        .map(([item, after], index) => `k${index}${blank}.${blank}x${blank}=${blank}${item}${after}`)
        .join(`,${space}`);
      return `{${space}${inner}}`;
    }),
  }),
).value;

const header = fc.array(fc.constantFrom('a', 'b', 'c', '"d e"', "'f'"), { minLength: 1, maxLength: 3 });
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(header, blanks, valueText).map(([path, blank, value]) => `${path.join('.')}${blank}=${blank}${value}`),
  },
  { weight: 2, arbitrary: fc.tuple(header, blanks).map(([path, blank]) => `[${blank}${path.join(`${blank}.`)}${blank}] # ]`) },
  { weight: 1, arbitrary: header.map((path) => `[[${path.join('.')}]]`) },
  { weight: 1, arbitrary: fc.constantFrom('', '# note', '  ') },
);

/** Lines of TOML, each right by itself; together they often define something twice. */
export const lines = fc.array(line, { maxLength: 8 }).map((all) => all.join('\n'));

const tokens = [
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  '"',
  "'",
  '"""',
  "'''",
  '=',
  '.',
  ',',
  '#',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\\',
  '\\\n',
  '\\u00e9',
  '_',
  '-',
  '0',
  '1',
  '1979-05-27',
  ':',
  'a',
  'b = 1\n',
  '[a]\n',
  '\u0001',
  '\ud800',
  '\ufeff',
  'é',
  '😀',
  'true',
  'e',
  'nan',
  '0x',
] as const;
const token = fc.constantFrom(...tokens);

/** Tokens of TOML in any order. */
export const soup = fc.array(token, { maxLength: 40 }).map((all) => all.join(''));

/** A text with a few changes: something cut out, put in, or put in the place of something else. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({ at: fc.nat(), cut: fc.nat({ max: 3 }), put: fc.oneof(fc.constant(''), token) });
  return fc.tuple(texts, fc.array(change, { minLength: 1, maxLength: 3 })).map(([original, changes]) =>
    changes.reduce((changed, { at, cut, put }) => {
      const place = at % (changed.length + 1);
      return changed.slice(0, place) + put + changed.slice(place + cut);
    }, original),
  );
}
