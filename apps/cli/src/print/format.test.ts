import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAgo, formatBytes, formatCount, formatDuration, formatLimit } from './format.ts';

test('durations are short and keep two units', () => {
  const cases: readonly [number, string][] = [
    [0, '0ms'],
    [449, '449ms'],
    [999.6, '1.0s'],
    [59_940, '59.9s'],
    [59_950, '1m 00s'],
    [245_000, '4m 05s'],
    [3_599_600, '1h 00m'],
    [7_380_000, '2h 03m'],
    [86_400_000 * 3 + 3_600_000 * 4, '3d 04h'],
    [-5, '0ms'],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

test('limits read as in the file', () => {
  assert.equal(formatLimit(600_000), '10m');
  assert.equal(formatLimit(5_400_000), '1h 30m');
  assert.equal(formatLimit(500), '500ms');
  assert.equal(formatLimit(0), '0s');
});

test('sizes, counts and ages', () => {
  assert.equal(formatBytes(812), '812 B');
  assert.equal(formatBytes(1234), '1.2 KiB');
  assert.equal(formatBytes(100 * 1024 * 1024), '100 MiB');
  assert.equal(formatBytes(1024 * 1024 - 1), '1.0 MiB');
  assert.equal(formatCount(1, 'step'), '1 step');
  assert.equal(formatCount(0, 'step'), '0 steps');
  assert.equal(formatAgo(1000, 6000), '5s ago');
  assert.equal(formatAgo(6000, 1000), '0s ago');
  assert.equal(formatAgo(0, 3 * 86_400_000), '3d ago');
});
