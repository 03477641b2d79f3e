import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LineSplitter, LogReader, readTail } from './log-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-reader-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('reads what was added since the last call, from before the file exists', () => {
  const path = join(folder, '1.log');
  const reader = new LogReader(path);
  assert.equal(reader.read(), null);
  writeFileSync(path, 'one\n');
  assert.equal(reader.read()?.toString(), 'one\n');
  assert.equal(reader.read(), null);
  appendFileSync(path, 'two\n');
  assert.equal(reader.read()?.toString(), 'two\n');
  reader.close();
});

test('a large file comes in pieces of one size', () => {
  const path = join(folder, 'large.log');
  writeFileSync(path, 'x'.repeat(200_000));
  const reader = new LogReader(path);
  const sizes: number[] = [];
  for (let chunk = reader.read(); chunk !== null; chunk = reader.read()) sizes.push(chunk.length);
  reader.close();
  assert.deepEqual(sizes, [65_536, 65_536, 65_536, 3392]);
});

test('splits lines over pieces, also inside a character', () => {
  const splitter = new LineSplitter();
  const bytes = Buffer.from('é1\né2\nrest');
  const lines = [...bytes].flatMap((byte) => splitter.push(Uint8Array.of(byte)));
  assert.deepEqual([...lines, ...splitter.flush()], ['é1', 'é2', 'rest']);
});

test('a line without end does not fill the memory', () => {
  const splitter = new LineSplitter(10);
  assert.deepEqual(splitter.push(Buffer.from('x'.repeat(25))), ['x'.repeat(25)]);
  assert.deepEqual(splitter.flush(), []);
});

test('the tail of a file is its last whole lines', () => {
  const path = join(folder, 'tail.log');
  writeFileSync(path, Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n') + '\n');
  assert.deepEqual(readTail(path, 2), ['line 98', 'line 99']);
  assert.deepEqual(readTail(path, 50, 20), ['line 98', 'line 99']);
  assert.deepEqual(readTail(join(folder, 'none'), 5), []);
});
