// The parser against any text, against smol-toml and against its own way back.
// Documented differences to smol-toml: integers have 64 bits; dates have to exist and to be whole (it takes 30 February for
// 1 March, and a date with a line end in it for a date); a second 60 is a leap second; halves of surrogate pairs are refused;
// dotted keys cannot add to a table that a longer `[[header]]` made; nesting ends at 128; Windows line ends in strings become
// line feeds; quotes between a line-ending backslash and the closing quotes count (smol-toml drops them).

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parse as parseSmol, TomlDate } from 'smol-toml';
import { isTomlDateTime } from '../../src/parse/date-time.ts';
import type { Path, TomlDocument, TomlValue } from '../../src/parse/document.ts';
import { layerDocuments } from '../../src/parse/layers.ts';
import { locateDiagnostics } from '../../src/parse/locate-diagnostics.ts';
import { parseSetting } from '../../src/parse/parse-setting.ts';
import { renderToml } from '../../src/parse/render-toml.ts';
import { decodeString } from '../../src/parse/toml-escapes.ts';
import { parseToml } from '../../src/parse/toml-parser.ts';
import { lines, multiLine, mutated, singleLine, soup, table } from './arbitrary-toml.ts';

const differences = new Set(['toml-dotted-key-conflict', 'toml-bad-date', 'toml-control-character', 'toml-too-deep']);

describe('parseToml', () => {
  it('reads any text without throwing, and every place is inside the text', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), soup, mutated(lines), mutated(table.map(renderToml)));
    fc.assert(
      fc.property(anything, (text) => {
        const document = parseToml(text, 'workflow.toml');
        checkPlaces(document);
        checkPlaces(parseSetting(text, '--set'));
        locateDiagnostics([document], document.diagnostics);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads back what renderToml writes', () => {
    fc.assert(
      fc.property(table, (value) => {
        const document = parseToml(renderToml(value), 'workflow.toml');
        assert.deepEqual(document.diagnostics, []);
        assert.deepStrictEqual(document.root, value);
      }),
      { numRuns: 1500 },
    );
  });

  it('agrees with smol-toml about texts that are right, nearly right and wrong', () => {
    fc.assert(
      fc.property(fc.oneof(table.map(renderToml), lines, mutated(lines), mutated(table.map(renderToml)), soup), (text) => {
        const document = parseToml(text, 'workflow.toml');
        const theirs = parsedBySmol(text);
        const codes = document.diagnostics.map((diagnostic) => diagnostic.code);
        if (theirs === null) assert.ok(codes.length > 0 || hasLeapSecond(text), 'smol-toml refuses it');
        else if (/\\\s*\n\s*"{4,5}/.test(text)) return;
        else if (codes.length === 0) assert.deepStrictEqual(comparable(document.root), theirs);
        else if (!holdsDate(theirs)) {
          const isKnown = codes.every((code) => differences.has(code) || isTooBig(document, code));
          assert.ok(isKnown, `smol-toml accepts it: ${codes.join(' ')}`);
        }
      }),
      // Always the same texts: among others may be one that shows a mistake of smol-toml.
      { numRuns: 4000, seed: 5 },
    );
  });

  it('places every stretch of a string on the source that it was decoded from', () => {
    const literal = fc.oneof(
      singleLine.map((pieces) => ({ pieces, open: '"', close: '"' })),
      multiLine.map((pieces) => ({ pieces, open: '"""\n', close: '"""' })),
    );
    fc.assert(
      fc.property(literal, fc.nat(), fc.nat(), ({ pieces, open, close }, from, length) => {
        const document = parseToml(`key = ${open}${pieces.map((piece) => piece.source).join('')}${close}\n`, 'workflow.toml');
        assert.deepEqual(document.diagnostics, []);
        assert.equal(document.valueAt(['key']), pieces.map((piece) => piece.decoded).join(''));
        const first = from % (pieces.length + 1);
        const last = first + (length % (pieces.length - first + 1));
        const lengthOf = (end: number): number => pieces.slice(0, end).reduce((sum, piece) => sum + piece.decoded.length, 0);
        const span = document.spanInString(['key'], lengthOf(first), lengthOf(last));
        const decoded = decodeString(document.text, span.start, span.end, 0x22, {});
        assert.equal(
          decoded,
          pieces
            .slice(first, last)
            .map((piece) => piece.decoded)
            .join(''),
        );
      }),
      { numRuns: 1500 },
    );
  });
});

describe('layerDocuments', () => {
  it('gives the value of the strongest layer, and the place of a value that is equal to it', () => {
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 3 }), (values) => {
        const [base, ...overlays] = values.map((value, index) => parseToml(renderToml(value), `layer-${index}`));
        assert.ok(base !== undefined);
        const layered = layerDocuments(base, overlays);
        for (const path of pathsOf(layered.root)) {
          const layer = layered.layers.find((candidate) => candidate.fileName === layered.layerOf(path));
          const value = layered.valueAt(path);
          const { start, end, file } = layered.spanOf(path, 'value');
          assert.equal(file ?? base.fileName, layer?.fileName);
          if (typeof value === 'object') continue;
          assert.deepStrictEqual(layer?.valueAt(path), value);
          assert.deepStrictEqual(parseToml(`x = ${layer?.text.slice(start, end)}`, 'x').root['x'], value);
        }
      }),
      { numRuns: 400 },
    );
  });
});

function checkPlaces(document: TomlDocument): void {
  const inside = ({ start, end }: { start: number; end: number }): boolean =>
    0 <= start && start <= end && end <= document.text.length;
  let before = 0;
  for (const { span, related } of document.diagnostics) {
    assert.ok(inside(span) && related.every((place) => inside(place.span)));
    assert.ok(span.start >= before, 'in order of place');
    before = span.start;
  }
  for (const path of pathsOf(document.root)) {
    assert.ok(
      inside(document.spanOf(path, 'key')) && inside(document.spanOf(path, 'value')) && inside(document.spanOf(path, 'entry')),
    );
    const value = document.valueAt(path);
    assert.ok(value !== undefined && !document.isSpoiled(path));
    if (typeof value === 'string') assert.ok(inside(document.spanInString(path, 0, value.length)));
    // A value alone is read as it is in its place.
    if (typeof value === 'object' || document.fileName === '--set') continue;
    const { start, end } = document.spanOf(path, 'value');
    assert.deepStrictEqual(parseToml(`x = ${document.text.slice(start, end)}`, 'x').root['x'], value);
  }
}

function* pathsOf(value: TomlValue, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || isTomlDateTime(value)) return;
  const entries: [string | number, TomlValue][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, below] of entries) yield* pathsOf(below, [...path, key]);
}

function parsedBySmol(text: string): unknown {
  try {
    return comparable(parseSmol(text, { integersAsBigInt: 'asNeeded' }));
  } catch {
    return null;
  }
}

/** Gives tables a common prototype, dates a common form, and strings the same line ends. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n');
  if (value instanceof TomlDate || isTomlDateTime(value)) return 'date';
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, comparable(below)]));
}

function holdsDate(value: unknown): boolean {
  if (value === 'date') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsDate);
}

function hasLeapSecond(text: string): boolean {
  return /\d\d:\d\d:60/.test(text);
}

function isTooBig(document: TomlDocument, code: string): boolean {
  return code === 'toml-bad-number' && document.diagnostics.some((diagnostic) => diagnostic.message.includes('64 bits'));
}
