// A few runs whose engines are killed, and a death at every place of the shortest one. `npm run crash-test` goes on for as long
// as it is told to.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkpoints } from '../src/index.ts';
import { crashRun, dieOnce } from './crash/crash-run.ts';
import type { CrashMode } from './crash/crash-run.ts';

const skip = process.platform === 'linux' ? false : 'needs /proc';

describe('runs whose engines are killed', { skip }, () => {
  for (const [mode, meaning] of [
    ['kill', 'at any moment'],
    ['between-calls', 'between any two calls to the system'],
    ['disk', 'and with what was not forced onto the disk'],
    ['power-cut', 'with the machine'],
  ] as const satisfies readonly (readonly [CrashMode, string])[]) {
    it(`end as they should when an engine dies ${meaning}`, async () => {
      for (let seed = 1; seed <= 2; seed++) {
        const report = await crashRun(seed, mode);
        assert.deepEqual(report.problems, [], `npm run crash-test -- --seed ${seed} --mode ${mode} --runs 1`);
      }
    });
  }

  // Those of the step cache: step-cache-crash.slow.test.ts, as this run caches nothing.
  for (const checkpoint of checkpoints.filter((name) => !name.startsWith('cache-'))) {
    it(`does everything once when the engine dies at ${checkpoint}`, async () => {
      const { deaths, problems } = await dieOnce({ dieAt: { checkpoint, time: 1 } });
      assert.deepEqual({ deaths, problems }, { deaths: 1, problems: [] });
    });
  }

  it('does everything once when the engine dies before any of its first calls to the system', async () => {
    const { calls } = await dieOnce({ dieBeforeCall: Infinity });
    assert.ok(calls > 20, `${calls} calls`);
    // Every one of them would take minutes; each time others are taken.
    const step = Math.ceil(calls / 12);
    for (let call = 1 + Math.floor(Math.random() * step); call <= calls; call += step) {
      const { problems } = await dieOnce({ dieBeforeCall: call });
      assert.deepEqual(problems, [], `before call ${call} of ${calls}`);
    }
  });
});
