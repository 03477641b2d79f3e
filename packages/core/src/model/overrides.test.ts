import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseText } from '../expression/parse-text.ts';
import type { TomlDocument } from '../parse/document.ts';
import { layerDocuments } from '../parse/layers.ts';
import { parseSetting } from '../parse/parse-setting.ts';
import { parseToml } from '../parse/toml-parser.ts';
import { describeOrigin, originOf } from './origin.ts';
import { type Override, parseEnvOverride } from './overrides.ts';
import { bareCatalog } from './parameter-types.ts';
import { readModel } from './read-model.ts';

const BASE = 'id = "x"\nmax_parallel = 2\nenv.A = "file"\n[steps.build]\nrun = "make"\ntimeout = "1h"\n';

function overlay(override: Override): TomlDocument {
  assert.ok(override.ok);
  const document = parseToml(override.text, override.fileName);
  assert.deepEqual(document.diagnostics, []);
  return document;
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
  const overlays = [
    local,
    parseSetting('steps.build.timeout=1m', '--set steps.build.timeout=1m'),
    overlay(parseEnvOverride('A=option')),
  ];
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
    layerDocuments(parseToml(BASE, 'workflow.toml'), [parseSetting(text, `--set ${text}`)]),
    bareCatalog,
  );
  assert.deepEqual(
    diagnostics.map(({ code, help, span }) => [code, help, span]),
    [['no-body', 'did you mean `build`?', { start: 6, end: 11, file: `--set ${text}` }]],
  );
});
