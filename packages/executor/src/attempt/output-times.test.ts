import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseLogSamples } from '@workflow-platform/events';
import { OutputTimes } from './output-times.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-times-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('notes growth only, and makes no file for an attempt that writes nothing', () => {
  const path = join(folder, '1.times');
  let nowMs = 1000;
  const times = new OutputTimes({ path, nowMs: () => nowMs, isAdopted: false });
  times.note({ log: 0, stdout: 0 });
  assert.equal(existsSync(path), false);
  nowMs = 2000;
  times.note({ log: 10, stdout: 0 });
  nowMs = 3000;
  times.note({ log: 10, stdout: 0 });
  nowMs = 4000;
  times.note({ log: 15, stdout: 7 });
  const samples = parseLogSamples(readFileSync(path, 'utf8'));
  assert.deepEqual(
    samples.map(({ stream, atMs, offset }) => [stream, atMs, offset]),
    [
      ['log', 2000, 10],
      ['log', 4000, 15],
      ['stdout', 4000, 7],
    ],
  );
  assert.ok(samples.every(({ windowMs }) => windowMs !== null));
});

test('what came while there was no engine is not dated closer than its absence', () => {
  const path = join(folder, '2.times');
  const first = new OutputTimes({ path, nowMs: () => 1000, isAdopted: false });
  first.note({ log: 10, stdout: 0 });
  const next = new OutputTimes({ path, nowMs: () => 90_000, isAdopted: true });
  next.note({ log: 10, stdout: 0 });
  const another = new OutputTimes({ path, nowMs: () => 95_000, isAdopted: true });
  another.note({ log: 20, stdout: 0 });
  assert.equal(readFileSync(path, 'utf8'), 'log 1000 10\nlog 95000 20\n');
});

test('remembers for the next engine how much was left out', () => {
  const path = join(folder, '3.times');
  const first = new OutputTimes({ path, nowMs: () => 1000, isAdopted: false });
  assert.equal(first.leftOut.recall(), 0);
  first.leftOut.note(10);
  first.note({ log: 10, stdout: 0 });
  first.leftOut.note(30);
  assert.equal(new OutputTimes({ path, nowMs: () => 2000, isAdopted: true }).leftOut.recall(), 30);
});

test('a full disk costs samples, and nothing else', () => {
  const times = new OutputTimes({ path: join(folder, 'no-such-folder', '4.times'), nowMs: () => 1, isAdopted: false });
  times.note({ log: 10, stdout: 0 });
  assert.equal(times.leftOut.recall(), 0);
});
