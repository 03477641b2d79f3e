import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseText } from '../expression/parse-text.ts';
import type { TomlDocument } from '../parse/document.ts';
import { layerDocuments } from '../parse/layers.ts';
import { parseToml } from '../parse/toml-parser.ts';
import { describeOrigin, originOf } from './origin.ts';
import { type Override, parseEnvOverride, parseSetOverride } from './overrides.ts';
import { bareCatalog } from './parameter-types.ts';
import { readModel } from './read-model.ts';

const BASE = 'id = "x"\nmax_parallel = 2\nenv.A = "file"\n[steps.build]\nrun = "make"\ntimeout = "1h"\n';

function overlay(override: Override): TomlDocument {
  assert.ok(override.ok);
  const document = parseToml(override.text, override.fileName);
  assert.deepEqual(document.diagnostics, []);
  return document;
}

/** What an override gives, as JSON; null when it is refused. */
const sets: readonly [argument: string, json: unknown][] = [
  ['a=1', { a: 1 }],
  ['a=1.5', { a: 1.5 }],
  ['a=true', { a: true }],
  ['a=1m', { a: '1m' }],
  ['a=', { a: '' }],
  ['a=hello world', { a: 'hello world' }],
  ['a= x ', { a: ' x ' }],
  ['a="5"', { a: '5' }],
  ["a='5'", { a: '5' }],
  ['a=["x", 1]', { a: ['x', 1] }],
  ['a={ b = 1 }', { a: { b: 1 } }],
  ['a.b.c=x', { a: { b: { c: 'x' } } }],
  ['a."b c".d=x', { a: { 'b c': { d: 'x' } } }],
  ["a.'b.c'=x", { a: { 'b.c': 'x' } }],
  ['a."=".b=x', { a: { '=': { b: 'x' } } }],
  ['a . b = 1', { a: { b: 1 } }],
  ['a=b=c', { a: 'b=c' }],
  ['a=5 # five', { a: '5 # five' }],
  ['a=1\nb=2', { a: '1\nb=2' }],
  ['a=1\n[b]\nc=2', { a: '1\n[b]\nc=2' }],
  ['a=2024-05-06', { a: '2024-05-06' }],
  ['a=nan', { a: 'nan' }],
  ['a="unclosed', { a: '"unclosed' }],
  ['a=${{ x }}', { a: '${{ x }}' }],
  ['a', null],
  ['', null],
  ['=1', null],
  ['a..b=1', null],
  ['a b=1', null],
  ['a."b=1', null],
  ['ä=1', null],
];

for (const [argument, json] of sets) {
  test(`--set ${JSON.stringify(argument)} ${json === null ? 'is refused' : `is ${JSON.stringify(json)}`}`, () => {
    const override = parseSetOverride(argument);
    if (json === null) assert.ok(!override.ok && override.problem.includes('KEY=VALUE'));
    else assert.deepEqual(JSON.parse(JSON.stringify(overlay(override).root)), json);
  });
}

test('an environment variable of the command line is taken as it is, `${{ }}` included', () => {
  const document = overlay(parseEnvOverride('A=1 ${{ x }} "\n'));
  const { model } = readModel(layerDocuments(parseToml(BASE, 'workflow.toml'), [document]), bareCatalog);
  const { parts, problems } = parseText(model!.env['A']!);
  assert.deepEqual(problems, []);
  const text = parts
    .map((part) => (part.kind === 'expression' ? (part.source.trim() === "'${{'" ? '${{' : '?') : part.text))
    .join('');
  assert.equal(text, '1 ${{ x }} "\n');
});

test('an environment variable without a name or value is refused, and one with a bad name is reported', () => {
  assert.deepEqual(
    ['A', '=x', ''].map((argument) => parseEnvOverride(argument).ok),
    [false, false, false],
  );
  const { diagnostics } = readModel(
    layerDocuments(parseToml(BASE, 'workflow.toml'), [overlay(parseEnvOverride('A-B=x'))]),
    bareCatalog,
  );
  assert.deepEqual(
    diagnostics.map(({ code, span }) => [code, span.file]),
    [['bad-id', '--env A-B']],
  );
});

test('each value knows where it came from, the strongest overlay counts', () => {
  const local = parseToml('max_parallel = 3\n[steps.build]\ntimeout = "2h"\n', 'workflow.local.toml');
  const overlays = [local, overlay(parseSetOverride('steps.build.timeout=1m')), overlay(parseEnvOverride('A=option'))];
  const document = layerDocuments(parseToml(BASE, 'workflow.toml'), overlays);
  const { model, diagnostics } = readModel(document, bareCatalog);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    [model?.maxParallel, model?.steps[0]?.timeoutMs, model?.env['A'], model?.steps[0]?.run],
    [3, 60_000, 'option', 'make'],
  );
  const origins = [['max_parallel'], ['steps', 'build', 'timeout'], ['env', 'A'], ['steps', 'build', 'run'], ['name']].map(
    (path) => {
      const origin = originOf(document, path);
      return origin === null ? null : `${origin.kind}: ${describeOrigin(origin)}`;
    },
  );
  assert.deepEqual(origins, [
    'local-file: workflow.local.toml',
    'set: --set steps.build.timeout=1m',
    'env-option: --env A',
    'file: workflow.toml',
    null,
  ]);
});

test('a mistake in an override stands in the override; a misspelt step finds the one that was meant', () => {
  const text = 'steps.biuld.timeout=1m';
  const { diagnostics } = readModel(
    layerDocuments(parseToml(BASE, 'workflow.toml'), [overlay(parseSetOverride(text))]),
    bareCatalog,
  );
  assert.deepEqual(
    diagnostics.map(({ code, help, span }) => [code, help, span]),
    [['no-body', 'did you mean `build`?', { start: 6, end: 11, file: `--set ${text}` }]],
  );
});
