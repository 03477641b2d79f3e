// Overlays: what wins, and where it came from.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Path } from '../../src/parse/document.ts';
import { layerDocuments } from '../../src/parse/layers.ts';
import { parseSetting } from '../../src/parse/parse-setting.ts';
import { parseToml } from '../../src/parse/toml-parser.ts';

const base = parseToml('id = "a"\n[steps.build]\nrun = "make"\nneeds = ["x", "y"]\nenv = { A = "1" }\n', 'workflow.toml');
const local = parseToml(
  '[steps.build]\nneeds = ["z"]\nenv.B = "2"\n[steps.extra]\nrun = "say \\"hi\\""\n',
  'workflow.local.toml',
);
const setting = parseSetting('steps.build.env=none', '--set steps.build.env');
const again = parseToml('steps.build.env.C = "3"', '--env C');

describe('layerDocuments', () => {
  const layered = layerDocuments(base, [local]);

  it('merges tables key by key and replaces everything else', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(layered.root)), {
      id: 'a',
      steps: { build: { run: 'make', needs: ['z'], env: { A: '1', B: '2' } }, extra: { run: 'say "hi"' } },
    });
  });

  it('leaves the layers as they were', () => {
    assert.deepEqual(base.valueAt(['steps', 'build', 'needs']), ['x', 'y']);
    assert.deepEqual(Object.keys(base.root['steps'] ?? {}), ['build']);
  });

  const origins: readonly (readonly [Path, file: string, source: string])[] = [
    [['id'], 'workflow.toml', '"a"'],
    [['steps'], 'workflow.toml', '[steps.build]'],
    [['steps', 'build', 'needs', 0], 'workflow.local.toml', '"z"'],
    [['steps', 'build', 'env'], 'workflow.toml', '{ A = "1" }'],
    [['steps', 'build', 'env', 'A'], 'workflow.toml', '"1"'],
    [['steps', 'build', 'env', 'B'], 'workflow.local.toml', '"2"'],
    [['steps', 'extra', 'run'], 'workflow.local.toml', '"say \\"hi\\""'],
    // The base has two elements, but not this one: the array was replaced.
    [['steps', 'build', 'needs', 1], 'workflow.local.toml', '["z"]'],
    [['steps', 'build', 'missing'], 'workflow.toml', '[steps.build]'],
  ];
  for (const [path, file, source] of origins) {
    it(`knows where ${path.join('.')} came from`, () => {
      const span = layered.spanOf(path, 'value');
      const layer = file === base.fileName ? base : local;
      assert.equal(layered.layerOf(path), file);
      assert.equal(span.file, file === base.fileName ? undefined : file);
      assert.equal(layer.text.slice(span.start, span.end), source);
    });
  }

  it('finds stretches of strings in their layer', () => {
    const span = layered.spanInString(['steps', 'extra', 'run'], 4, 8);
    assert.equal(span.file, 'workflow.local.toml');
    assert.equal(local.text.slice(span.start, span.end), '\\"hi\\"');
  });

  it('lets a value hide the tables below it, and a table hide values', () => {
    const hidden = layerDocuments(base, [local, setting]);
    assert.equal(hidden.valueAt(['steps', 'build', 'env']), 'none');
    assert.equal(hidden.layerOf(['steps', 'build', 'env']), '--set steps.build.env');
    assert.equal(hidden.layerOf(['steps', 'build', 'env', 'A']), '--set steps.build.env');
    const shown = layerDocuments(base, [local, setting, again]);
    assert.deepEqual({ ...(shown.valueAt(['steps', 'build', 'env']) as object) }, { C: '3' });
    assert.equal(shown.layerOf(['steps', 'build', 'env']), '--env C');
  });

  it('keeps the mistakes of all layers, each with its file', () => {
    const broken = layerDocuments(parseToml('a = ', 'workflow.toml'), [parseToml('b = 1\nb = 2', 'workflow.local.toml')]);
    assert.deepEqual(
      broken.diagnostics.map(({ code, span, related }) => [code, span.file, related[0]?.span.file]),
      [
        ['toml-missing-value', undefined, undefined],
        ['toml-duplicate-key', 'workflow.local.toml', 'workflow.local.toml'],
      ],
    );
  });
});

describe('parseSetting', () => {
  const cases: readonly (readonly [setting: string, path: Path, value: unknown, source: string])[] = [
    ['steps.build.timeout=1m', ['steps', 'build', 'timeout'], '1m', '1m'],
    ['max_parallel=4', ['max_parallel'], 4, '4'],
    ['a=true', ['a'], true, 'true'],
    ['a="4"', ['a'], '4', '"4"'],
    ['a=["x", "y"]', ['a', 1], 'y', '"y"'],
    ['a={b = 1}', ['a', 'b'], 1, '1'],
    ['a=', ['a'], '', ''],
    ['a=x=y', ['a'], 'x=y', 'x=y'],
    ['a=echo "hi" # all', ['a'], 'echo "hi" # all', 'echo "hi" # all'],
    ['a=5 # five', ['a'], '5 # five', '5 # five'],
    ['a=2026-01-02', ['a'], '2026-01-02', '2026-01-02'],
    ['a=inf', ['a'], 'inf', 'inf'],
    ['a=[1] # one', ['a', 0], 1, '1'],
    ['a="x"\nb="y"', ['a'], '"x"\nb="y"', '"x"\nb="y"'],
    ['a=two\nlines', ['a'], 'two\nlines', 'two\nlines'],
    ['a=1.5', ['a'], 1.5, '1.5'],
    ['a=hello world', ['a'], 'hello world', 'hello world'],
    ["a='5'", ['a'], '5', "'5'"],
    ['a=nan', ['a'], 'nan', 'nan'],
    ['a=${{ x }}', ['a'], '${{ x }}', '${{ x }}'],
    ['a=1\n[b]\nc=2', ['a'], '1\n[b]\nc=2', '1\n[b]\nc=2'],
    ['a."=".b=x', ['a', '=', 'b'], 'x', 'x'],
    ["a.'b.c'=x", ['a', 'b.c'], 'x', 'x'],
    ['a . b = 1', ['a', 'b'], 1, '1'],
    ['a."b.c".d=two words', ['a', 'b.c', 'd'], 'two words', 'two words'],
  ];
  for (const [text, path, value, source] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const document = parseSetting(text, '--set');
      const { start, end } = document.spanOf(path, 'value');
      assert.deepEqual(document.diagnostics, []);
      assert.equal(document.valueAt(path), value);
      assert.equal(text.slice(start, end), source);
    });
  }

  it('places stretches of text without quotes where they stand', () => {
    const document = parseSetting('a=say \\n "x"', '--set');
    assert.deepEqual(document.spanInString(['a'], 4, 6), { start: 6, end: 8 });
  });

  const broken: readonly (readonly [setting: string, code: string])[] = [
    ['', 'toml-missing-key'],
    ['a', 'toml-missing-equals'],
    ['=x', 'toml-missing-key'],
    ['a..b=x', 'toml-missing-key'],
    ['a b=1', 'toml-missing-equals'],
    ['a."b=1', 'toml-unclosed-string'],
    ['ä=1', 'toml-bad-key'],
    ['a="x', 'toml-unclosed-string'],
    ['a=[1', 'toml-unclosed-array'],
  ];
  for (const [text, code] of broken) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(
        parseSetting(text, '--set').diagnostics.map((diagnostic) => diagnostic.code),
        [code],
      );
    });
  }
});
