// Whatever stands in a file, reading it gives diagnostics inside the file and a model that others can walk; it never throws.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bareCatalog,
  builtinParameterTypes,
  keyPlaces,
  parseToml,
  readModel,
  renderWorkflow,
  type StepModel,
} from '../../src/index.ts';

const knownKeys = [...new Set(keyPlaces().flatMap((place) => place.split('.')))].filter((key) => !key.startsWith('<'));
const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...knownKeys) },
  fc.constantFrom('build', '"a b"', '"é"', '1', '"__proto__"', 'constructor', 'Timeout', '""'),
);
const scalar = fc.constantFrom(
  '"x"',
  '""',
  '" "',
  '"10m"',
  '"${{ x }}"',
  '"${{"',
  '"(a"',
  '"../x"',
  '"\\u0000"',
  '0',
  '-1',
  '5',
  '1.5',
  '9223372036854775807',
  'inf',
  'nan',
  'true',
  '2024-05-06',
  '07:32:00',
  '"""\na\n"""',
);
const value = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`) },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name })
        .map((entries) => `{ ${entries.map(([name, text]) => `${name} = ${text}`).join(', ')} }`),
    },
  ),
})).value;
/** A key of the format in its place, with whatever value. */
const placed = fc
  .tuple(fc.constantFrom(...keyPlaces()), fc.constantFrom('a', 'b', '"a b"', 'PATH'), value)
  .map(([place, name, text]) => `${place.replaceAll(/<[^>]*>/g, name)} = ${text}`);
const line = fc.oneof(
  { weight: 8, arbitrary: placed },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(key, { minLength: 1, maxLength: 3 }), value)
      .map(([path, text]) => `${path.join('.')} = ${text}`),
  },
  { weight: 2, arbitrary: fc.array(key, { minLength: 1, maxLength: 4 }).map((path) => `[${path.join('.')}]`) },
  { weight: 1, arbitrary: fc.array(key, { minLength: 1, maxLength: 2 }).map((path) => `[[${path.join('.')}]]`) },
);

function check(text: string): void {
  const document = parseToml(text, 'workflow.toml');
  const { model, diagnostics } = readModel(document, bareCatalog);
  for (const { span, message, related } of diagnostics) {
    for (const place of [span, ...related.map((each) => each.span)]) {
      assert.ok(place.start >= 0 && place.start <= place.end && place.end <= text.length, `${message}\n${text}`);
    }
    assert.ok(!message.endsWith('.') && !message.includes('undefined') && !message.includes('[object'), message);
  }
  if (model === null) return;
  walk(model.steps);
  renderWorkflow(model);
}

function walk(steps: readonly StepModel[]): void {
  for (const step of steps) {
    assert.equal(step.path.at(-1), step.id);
    walk(step.steps ?? []);
  }
}

test('any text in the words of the format is read without a throw', () => {
  fc.assert(
    fc.property(fc.array(placed, { maxLength: 8 }), fc.array(line, { maxLength: 8 }), (first, more) =>
      check([...first, ...more].join('\n')),
    ),
    { numRuns: 1500 },
  );
});

test('any text at all is read without a throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 500 });
});

test('texts and names of great length are read in time that grows with them, and messages stay short', () => {
  const long = 'a'.repeat(300_000);
  const blank = ' '.repeat(300_000);
  const ones = '1'.repeat(300_000);
  for (const text of [
    long,
    `1${blank}!`,
    ones,
    `${ones}x`,
    '${{'.repeat(100_000),
    '1.'.repeat(100_000),
    `-${long}!`,
    '[{'.repeat(100_000),
  ]) {
    const quoted = JSON.stringify(text);
    const file = [
      ...['id', 'version', 'name', 'homepage', 'max_parallel', quoted].map((name) => `${name} = ${quoted}`),
      `requirements.commands = [${quoted}, ${quoted}]`,
      `workspace = { provider = ${quoted}, include = [${quoted}] }`,
      `steps.${quoted} = { run = ${quoted}, timeout = ${quoted}, needs = [${quoted}], workspace = ${quoted}, uses = ${quoted} }`,
      `parameters.${quoted} = { type = "number", default = ${quoted} }`,
      `parameters.p = { pattern = ${quoted}, default = ${quoted} }`,
      `artifacts.a = { path = ${quoted}, retention = ${quoted} }`,
    ].join('\n');
    const { diagnostics } = readModel(parseToml(file, 'workflow.toml'), bareCatalog);
    assert.ok(diagnostics.length > 10);
    for (const { message, help } of diagnostics) assert.ok(message.length + (help?.length ?? 0) < 700, message.slice(0, 200));
  }
  for (const type of builtinParameterTypes)
    for (const text of [`${ones}x`, `${blank}x`, `1${blank}!`, `[${long}`]) type.parse(text);
});

test('groups and values nested without end are refused, not followed', () => {
  for (const depth of [40, 60, 120, 5000]) {
    const groups = `id = "x"\n[${Array.from({ length: depth }, (_, level) => `steps.s${level}`).join('.')}]\nrun = "x"\n`;
    const list = `id = "x"\n[steps.a]\nuses = "b"\ninputs.c = ${'['.repeat(depth)}${']'.repeat(depth)}\n`;
    const table = `id = "x"\n[steps.a]\nuses = "b"\n[steps.a.inputs.${Array.from({ length: depth }, () => 'd').join('.')}]\n`;
    for (const text of [groups, list, table]) check(text);
  }
});
