// The store and the workspace on disks that are full, or not the same.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { openStepCache } from '@workflow-platform/journal';
import { smallDisk } from '@workflow-platform/testkit';
import { CachedRuns, filesBelow, joins, putFiles, runsIn, told } from './support/cached-runs.ts';
import { planOf, removeRuns, run, script } from './support/make-run.ts';

after(removeRuns);

const sources = { 'src/a': 'A', 'src/b': 'B' };
const large = script('large', 'mkdir -p out; head -c 600000 /dev/zero > out/f', {
  cache: { inputs: ['src/**'], outputs: ['out/**'] },
});

it('a result for which the store has no room is not kept, and the step has succeeded', async (t) => {
  const disk = smallDisk(t, 2_000_000);
  if (disk === null) return;
  const runs = new CachedRuns();
  const stepCache = () => openStepCache({ folder: join(disk.path, 'steps'), keyFile: runs.place.keyFile });
  const once = () => run(planOf([large]), { base: runs.workspace(sources), ports: { stepCache: stepCache() } });
  disk.fill(300_000);
  const first = await once();
  assert.deepEqual(told(first), ['missed: no-entry', 'not-stored: store-failed (no room left on the disk)']);
  assert.equal(first.outcome.status, 'succeeded');
  assert.deepEqual(readdirSync(join(disk.path, 'steps/incoming')), []);
  disk.empty();
  assert.deepEqual(told(await once()), ['missed: no-entry', 'stored']);
  assert.deepEqual(told(await once()), ['hit']);
});

it('a store on a disk that can only be read costs a run, and no failure', async (t) => {
  const disk = smallDisk(t, 2_000_000);
  if (disk === null) return;
  const runs = new CachedRuns();
  const stepCache = () => openStepCache({ folder: join(disk.path, 'steps'), keyFile: runs.place.keyFile });
  const once = (base: string) => run(planOf([joins()]), { base, ports: { stepCache: stepCache() } });
  await once(runs.workspace(sources));
  disk.makeReadOnly();
  const base = runs.workspace(sources);
  const second = await once(base);
  // Whoever takes a result notes its use.
  assert.match(told(second)[0]!, /^missed: not-restored \((EROFS|ENOENT)/);
  assert.equal(second.outcome.status, 'succeeded');
  assert.equal(runsIn(base), 1);
});

it('a result is put into a workspace on another disk, and leaves nothing else there', async (t) => {
  const disk = smallDisk(t, 8_000_000);
  if (disk === null) return;
  const runs = new CachedRuns();
  const step = script('make', 'mkdir -p out/bin; echo 1 > out/bin/f; chmod 755 out/bin/f; ln -s bin/f out/l', {
    cache: { inputs: ['src/**'], outputs: ['out/**'] },
  });
  await runs.run(step, runs.workspace(sources));
  const base = join(disk.path, 'run');
  putFiles(join(base, 'ws'), sources);
  assert.deepEqual(told(await runs.run(step, base)), ['hit']);
  assert.deepEqual(filesBelow(join(base, 'ws')), {
    'src/a': '644 A',
    'src/b': '644 B',
    'out/bin/f': '755 1\n',
    'out/l': '→ bin/f',
  });
});

it('a workspace without room for a result keeps nothing of it', async (t) => {
  const disk = smallDisk(t, 2_000_000);
  if (disk === null) return;
  const runs = new CachedRuns();
  await runs.run(large, runs.workspace(sources));
  const base = join(disk.path, 'run');
  putFiles(join(base, 'ws'), sources);
  // The step itself would have no room either.
  disk.fill(300_000);
  const failed = await runs.run(large, base);
  assert.equal(told(failed)[0], 'missed: not-restored (no room left on the disk)');
  assert.ok(Object.keys(filesBelow(join(base, 'ws'))).every((path) => /^(src\/[ab]|out\/f)$/.test(path)));
});
