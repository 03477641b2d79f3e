import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { logBytesMaxDefault } from '@workflow-platform/events';
import { limitLogs } from './log-limits.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-limits-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'log-limits');

test('the default needs no file', () => {
  const limitOf = limitLogs(folder, { fromAttemptNo: 1, asked: undefined });
  assert.equal(limitOf(1), logBytesMaxDefault);
  assert.equal(existsSync(path), false);
});

test('each attempt keeps the limit of the engine that began it', () => {
  limitLogs(folder, { fromAttemptNo: 1, asked: 100 });
  limitLogs(folder, { fromAttemptNo: 3, asked: 100 });
  const limitOf = limitLogs(folder, { fromAttemptNo: 5, asked: 50 });
  assert.deepEqual([1, 4, 5, 9].map(limitOf), [100, 100, 50, 50]);
  assert.equal(readFileSync(path, 'utf8'), '1 100\n5 50\n');
});

test('a line that a full disk cut short does not swallow the next one', () => {
  appendFileSync(path, '7 2');
  const limitOf = limitLogs(folder, { fromAttemptNo: 8, asked: 30 });
  assert.deepEqual([7, 8].map(limitOf), [50, 30]);
});

test('a folder that cannot be written to is told as such', () => {
  assert.throws(() => limitLogs(join(folder, 'none'), { fromAttemptNo: 1, asked: 7 }), { code: 'run-folder' });
});
