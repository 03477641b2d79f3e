import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTail } from './log-tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-tail-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the tail of a file is its last whole lines', () => {
  const path = join(folder, 'tail.log');
  writeFileSync(path, Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n') + '\n');
  assert.deepEqual(readTail(path, 2), ['line 98', 'line 99']);
  assert.deepEqual(readTail(path, 50, 20), ['line 98', 'line 99']);
  assert.deepEqual(readTail(join(folder, 'none'), 5), []);
});
