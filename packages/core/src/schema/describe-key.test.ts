import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareCatalog } from '../model/parameter-types.ts';
import { parseToml } from '../parse/toml-parser.ts';
import { allKeys } from './all-keys.ts';
import { describeKey, keyPlaces, keysAt, valuesAt } from './describe-key.ts';
import { readNode } from './read-shape.ts';
import { Reading } from './reading.ts';
import { renderKeyReference } from './render-key-reference.ts';

test('names of steps may be written, left out or stand as a placeholder', () => {
  for (const path of ['steps.retry', 'steps.build.retry', 'steps.<id>.retry', 'steps.build.steps.x.retry']) {
    const described = describeKey(path.split('.'));
    assert.deepEqual(
      [described?.doc, described?.type],
      ['What happens after an attempt failed: how many more are made, and when.', 'table'],
      path,
    );
  }
  assert.equal(describeKey(['steps', 'build', 'retry'])?.place, 'steps.<id>.retry');
});

test('a key says its type, rule, default, values, example and the keys inside it', () => {
  assert.deepEqual(describeKey(['workspace', 'keep']), {
    place: 'workspace.keep',
    type: 'text',
    rule: null,
    required: false,
    default: 'on-failure',
    values: ['always', 'on-failure', 'never'],
    doc: 'When the workspace stays after the run.',
    example: 'keep = "always"',
    notAvailable: null,
    keys: [],
  });
  const timeout = describeKey(['steps', 'timeout']);
  assert.deepEqual(
    [timeout?.type, timeout?.rule, timeout?.required],
    ['duration', 'a number with a unit (ms, s, m, h or d), as in "10m", "1h30m" or "250ms"; at least "1ms"', false],
  );
  assert.deepEqual(
    describeKey(['artifacts'])?.keys.map(({ key, required }) => [key, required]),
    [
      ['path', true],
      ['retention', false],
      ['required', false],
    ],
  );
  assert.match(describeKey(['steps', 'sandbox'])?.notAvailable ?? '', /bwrap/);
});

test('there is no description of what is not in the format', () => {
  for (const path of ['', 'nope', 'steps.build.nope', 'id.x', 'steps.run.x', '__proto__', 'steps.a.constructor']) {
    assert.equal(describeKey(path === '' ? [] : path.split('.')), null, path);
  }
});

test('an editor is offered the keys of the table it is in, and the values of the key', () => {
  const keys = (path: string): string[] => keysAt(path === '' ? [] : path.split('.')).map(({ key }) => key);
  assert.deepEqual(keys('').slice(0, 3), ['id', 'version', 'name']);
  assert.deepEqual(keys('steps.build.retry'), ['max', 'backoff', 'initial', 'max_delay', 'jitter', 'on_exit']);
  assert.deepEqual(keys('steps.build.stdin'), ['template']);
  assert.deepEqual(keys('steps'), []);
  assert.deepEqual(keys('steps.build.env'), []);
  const values = (path: string): readonly string[] => valuesAt(path.split('.'), ['string', 'even']);
  assert.deepEqual(values('steps.build.on_failure'), ['fail-fast', 'continue']);
  assert.deepEqual(values('parameters.p.type'), ['string', 'even']);
  assert.deepEqual(values('parameters.p.required'), ['true', 'false']);
  assert.deepEqual(values('steps.build.run'), []);
});

for (const { place, node } of allKeys()) {
  test(`${place} is described, and its example is a value it accepts`, () => {
    assert.match(node.doc, /^[A-Z].*[.]$/);
    const document = parseToml(`example = ${node.example}`, 'example');
    const reading = new Reading(document, bareCatalog);
    reading.at('example', () => readNode(reading, node.shape, document.root['example']!, node));
    assert.deepEqual([...document.diagnostics, ...reading.diagnostics], []);
  });
}

test('the reference has a row for every key, in Markdown', () => {
  const reference = renderKeyReference();
  const rows = reference.split('\n').filter((line) => line.startsWith('| `'));
  assert.equal(rows.length, keyPlaces().length);
  for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 6, row);
  assert.match(reference, /^## Top of the file\n/);
  assert.ok(reference.includes('## `[steps.<id>.retry]`'));
});
