import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

/** Makes 100 MB that live on, after a file of this size was read. Returns the bytes that V8 keeps for young objects then. */
function youngSpaceAfter(sizeBytes: number): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { spareMemory } from ${JSON.stringify(join(import.meta.dirname, 'spare-memory.ts'))};
    spareMemory(${sizeBytes});
    globalThis.kept = Array.from({ length: 2_000_000 }, (_, at) => ({ at, next: at + 1 }));
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  // V8 complains there about a setting that it does not know.
  assert.equal(stderr, '');
  return Number(stdout);
}

test('the space for young objects stays small behind a large file, and only there', () => {
  const large = youngSpaceAfter(1 << 20);
  const small = youngSpaceAfter(1 << 10);
  assert.ok(large * 2 < small, `${large} bytes behind a large file, ${small} behind a small one`);
});
