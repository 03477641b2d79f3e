// The JSON Schema against a real validator: it accepts what readModel accepts, and refuses mistakes that editors should mark.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { bareCatalog, type Catalog, describeKey, parseToml, readModel, workflowJsonSchema } from '../../src/index.ts';
import { allKeys, type PlacedKey } from '../../src/schema/all-keys.ts';

const committed = new URL('../../../../specs/workflow.schema.json', import.meta.url);
const full = readFileSync(new URL('full.toml', import.meta.url), 'utf8');

/** Says whether the schema accepts a file. */
function compile(catalog: Catalog): (text: string) => boolean {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  const validate = ajv.compile(workflowJsonSchema(catalog) as object);
  return (text) => {
    const document = parseToml(text, 'workflow.toml');
    assert.deepEqual(document.diagnostics, []);
    return validate(JSON.parse(JSON.stringify(document.root)));
  };
}

const isAccepted = compile(bareCatalog);

test('specs/workflow.schema.json is what the format gives; UPDATE=1 node --test on this file writes it anew', () => {
  const text = `${JSON.stringify(workflowJsonSchema(bareCatalog), null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(committed, text);
  assert.equal(readFileSync(committed, 'utf8'), text);
});

test('the full file uses every key of the format that this release carries out, and is accepted by both', () => {
  const document = parseToml(full, 'workflow.toml');
  assert.deepEqual(readModel(document, bareCatalog).diagnostics, []);
  assert.ok(isAccepted(full));
  const available = allKeys().filter(({ place }) => isAvailable(place));
  const missing = available.filter(
    (each) => !available.some((other) => isSameKey(each, other) && isIn(document.root, other.place.split('.'))),
  );
  assert.deepEqual(
    missing.map(({ place }) => place),
    [],
  );
});

function isSameKey(a: PlacedKey, b: PlacedKey): boolean {
  return a.table.name === b.table.name && a.key === b.key;
}

/** Neither the key nor a table around it is for a later release. */
function isAvailable(place: string): boolean {
  const path = place.split('.');
  return path.every((_, index) => describeKey(path.slice(0, index + 1))?.notAvailable === null);
}

/** A group with the steps inside it. */
function withSteps(entry: unknown): unknown[] {
  const steps = typeof entry === 'object' && entry !== null && 'steps' in entry ? Object.values(entry.steps as object) : [];
  return [entry, ...steps.flatMap(withSteps)];
}

function isIn(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const inner = first.startsWith('<')
    ? Object.values(value).flatMap(withSteps)
    : Object.hasOwn(value, first)
      ? [(value as Record<string, unknown>)[first]]
      : [];
  return inner.some((each) => isIn(each, rest));
}

test('every property is described and has an example that it accepts', () => {
  const schema = workflowJsonSchema(bareCatalog);
  const definitions = Object.entries({ ...(schema['$defs'] as object), workflow: schema }) as [
    string,
    { properties?: Record<string, object> },
  ][];
  let count = 0;
  for (const [name, { properties = {} }] of definitions) {
    for (const [key, property] of Object.entries(properties)) {
      const { description, examples, not } = property as { description?: string; examples?: unknown[]; not?: object };
      assert.ok(description !== undefined && description.endsWith('.'), `${name}.${key} has no description`);
      if (not !== undefined && Object.keys(not).length === 0) continue;
      const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
      const check = ajv.compile({ $defs: schema['$defs'], ...property });
      assert.ok(examples?.length === 1 && check(examples[0]), `${name}.${key}: ${JSON.stringify(check.errors)}`);
      count++;
    }
  }
  assert.ok(count > 60, `${count} properties`);
});

const refused: readonly [title: string, tables: string][] = [
  ['an unknown key', '[steps.a]\nrun = "x"\ntimout = "1m"'],
  ['a key of the wrong type', '[steps.a]\nrun = 5'],
  ['two bodies', '[steps.a]\nrun = "x"\nargv = ["x"]'],
  ['no body', '[steps.a]\ntimeout = "1m"'],
  ['a shell without a script', '[steps.a]\nargv = ["x"]\nshell = "sh"'],
  ['a timeout of a group', '[steps.a]\ntimeout = "1m"\nsteps.b.run = "x"'],
  ['a mistake in a step of a group', '[steps.a.steps.b]\nrun = "x"\nneeds = "c"'],
  ['a bad duration', '[steps.a]\nrun = "x"\ntimeout = "10 min"'],
  ['a bad id', '[steps."a b"]\nrun = "x"'],
  ['an empty script', '[steps.a]\nrun = " "'],
  ['an expression in a name', '[steps.a]\nrun = "x"\nname = "${{ run.id }}"'],
  ['a misspelt word', '[steps.a]\nrun = "x"\non_failure = "ignore"'],
  ['a retry without its number', '[steps.a]\nrun = "x"\nretry = { backoff = "linear" }'],
  ['a negative number of turns', '[steps.a]\nrepeat = { max = -1 }\nsteps.b.run = "x"'],
  ['a number of turns in words', '[steps.a]\nrepeat = { max = "ten" }\nsteps.b.run = "x"'],
  ['an enum without values', '[steps.a]\nrun = "x"\n[parameters.p]\ntype = "enum"'],
  ['values without an enum', '[steps.a]\nrun = "x"\n[parameters.p]\nvalues = ["a"]'],
  ['a pattern for a number', '[steps.a]\nrun = "x"\n[parameters.p]\ntype = "integer"\npattern = "a"'],
  ['a default of the wrong type', '[steps.a]\nrun = "x"\n[parameters.p]\ntype = "integer"\ndefault = "5"'],
  ['a default of the wrong type where none is named', '[steps.a]\nrun = "x"\n[parameters.p]\ndefault = 5'],
  ['an unknown type', '[steps.a]\nrun = "x"\n[parameters.p]\ntype = "int"'],
  ['an output with a pattern from a file', '[steps.a]\nrun = "x"\noutputs.o = { from = "file", pattern = "x" }'],
  ['an output without its value', '[steps.a]\nrun = "x"\noutputs.o = { from = "value" }'],
  ['an absolute artifact', '[steps.a]\nrun = "x"\n[artifacts.r]\npath = "/x"'],
  ['an artifact without a path', '[steps.a]\nrun = "x"\n[artifacts.r]\nrequired = true'],
  ['a key that is not available', '[steps.a]\nrun = "x"\nsandbox = { network = false }'],
  ['a workspace of no provider', '[steps.a]\nrun = "x"\n[workspace]\nprovider = "hg"'],
  ['a bad version', '[steps.a]\nrun = "x"\n[workspace]\nkeep = "no"'],
];

for (const [title, tables] of refused) {
  test(`the schema refuses ${title}, as readModel does`, () => {
    const text = `id = "x"\n${tables}\n`;
    assert.equal(isAccepted(text), false);
    assert.notDeepEqual(readModel(parseToml(text, 'workflow.toml'), bareCatalog).diagnostics, []);
  });
}

test('types of plugins are part of the schema, with what they accept as a default', () => {
  const catalog: Catalog = {
    ...bareCatalog,
    parameterTypes: [
      ...bareCatalog.parameterTypes,
      {
        name: 'even',
        description: 'An even number.',
        schema: { type: 'integer', multipleOf: 2 },
        parse: (value) =>
          typeof value === 'number' && value % 2 === 0 ? { ok: true, value } : { ok: false, problem: 'must be even' },
      },
    ],
  };
  const accepts = compile(catalog);
  const file = (value: number): string => `id = "x"\nsteps.a.run = "x"\n[parameters.p]\ntype = "even"\ndefault = ${value}\n`;
  const codes = (value: number): string[] =>
    readModel(parseToml(file(value), 'workflow.toml'), catalog).diagnostics.map((each) => each.message);
  assert.deepEqual([accepts(file(4)), codes(4)], [true, []]);
  assert.deepEqual([accepts(file(3)), codes(3)], [false, ['the default of `p` must be even']]);
  assert.equal(isAccepted(file(4)), false);
});
