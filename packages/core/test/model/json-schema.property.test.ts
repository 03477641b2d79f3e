// A full file is damaged at random; what readModel still accepts the schema accepts too, and so what the schema refuses
// readModel refuses. Most of the damage has to be seen by both, or the schema would be no use to an editor.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { bareCatalog, keyPlaces, parseToml, readModel, workflowJsonSchema } from '../../src/index.ts';
import { renderTomlValue } from '../../src/parse/render-toml.ts';

type Value = string | number | boolean | Value[] | { [key: string]: Value };
type Table = { [key: string]: Value };

const full = JSON.parse(
  JSON.stringify(parseToml(readFileSync(new URL('full.toml', import.meta.url), 'utf8'), 'full.toml').root),
) as Table;

const accepts = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(workflowJsonSchema(bareCatalog) as object);

/** All tables and lists of a value with all their keys. */
function places(value: Value, found: { holder: Table | Value[]; key: string | number }[] = []): typeof found {
  if (typeof value !== 'object') return found;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    found.push({ holder: value, key });
    places((value as Table)[key]!, found);
  }
  return found;
}

const knownKeys = [...new Set(keyPlaces().map((place) => place.split('.').at(-1)!))];
const someKey = fc.oneof(fc.constantFrom(...knownKeys), fc.constantFrom('x', 'Build', '1', 'a b', 'é', '', '__proto__', 'A_B'));
const someValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    '',
    ' ',
    'x',
    '10m',
    '1h 2m',
    '0s',
    '2GiB',
    '../x',
    '/x',
    'a\\b',
    '[',
    '${{ x }}',
    'a${{ x }}b',
    '1.2.3',
    '1.2',
    'a@1.0.0',
  ),
  fc.constantFrom<Value>(
    'stdout',
    'value',
    'file',
    'enum',
    'integer',
    'list',
    'json',
    'secret',
    'inherit',
    'jj',
    'auto',
    'git >= 2',
    'always',
  ),
  fc.constantFrom<Value>(
    0,
    1,
    -1,
    1.5,
    255,
    256,
    1e15,
    true,
    false,
    [],
    {},
    ['x'],
    ['x', 'x'],
    [1],
    [''],
    { run: 'x' },
    { max: 1 },
  ),
  fc.constantFrom<Value>({ a: {} }, { a: { run: 'x' } }, { a: { type: 'enum' } }, { a: 'x' }, { path: 'x' }, { template: 'x' }),
);

type Damage = (file: Table, at: number, key: string, value: Value) => void;

const damages: { readonly [name: string]: Damage } = {
  remove(file, at) {
    const { holder, key } = pick(file, at);
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  replace(file, at, _key, value) {
    const { holder, key } = pick(file, at);
    (holder as Table)[key] = value;
  },
  add(file, at, key, value) {
    const { holder } = pick(file, at);
    if (!Array.isArray(holder) && key !== '__proto__') holder[key] = value;
  },
  rename(file, at, name) {
    const { holder, key } = pick(file, at);
    if (Array.isArray(holder) || name === '__proto__') return;
    const value = holder[key]!;
    delete holder[key];
    holder[name] = value;
  },
  copy(file, at, _key, value) {
    const from = pick(file, at + JSON.stringify(value).length);
    const to = pick(file, at);
    (to.holder as Table)[to.key] = structuredClone((from.holder as Table)[from.key]!);
  },
};

function pick(file: Table, at: number): { holder: Table | Value[]; key: string | number } {
  const all = places(file);
  return all[at % all.length]!;
}

const damage = fc.tuple(fc.constantFrom(...Object.keys(damages)), fc.nat(10_000), someKey, someValue);

test('a damaged file that readModel accepts is accepted by the schema', () => {
  const seen = { accepted: 0, refusedByBoth: 0, refusedByReaderOnly: 0 };
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 2 }), (all) => {
      const file = structuredClone(full);
      for (const [name, at, key, value] of all) damages[name]!(file, at, key, structuredClone(value));
      const text = Object.entries(file)
        .map(([key, value]) => `${JSON.stringify(key)} = ${renderTomlValue(value)}\n`)
        .join('');
      const document = parseToml(text, 'workflow.toml');
      assert.deepEqual(document.diagnostics, [], text);
      const { diagnostics } = readModel(document, bareCatalog);
      const isAccepted = accepts(JSON.parse(JSON.stringify(document.root)));
      if (diagnostics.length === 0) assert.ok(isAccepted, `${JSON.stringify(accepts.errors)}\n${text}`);
      if (diagnostics.length === 0) seen.accepted++;
      else if (isAccepted) seen.refusedByReaderOnly++;
      else seen.refusedByBoth++;
    }),
    { numRuns: 1500 },
  );
  assert.ok(seen.accepted > 50, JSON.stringify(seen));
  assert.ok(seen.refusedByBoth > 5 * seen.refusedByReaderOnly, JSON.stringify(seen));
});
