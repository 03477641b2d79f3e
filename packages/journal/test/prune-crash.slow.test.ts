import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { pruneCheckpoints, pruneState, statePaths } from '@workflow-platform/journal';
import type { StatePaths } from '@workflow-platform/journal';

import { addRuns, criteria, everythingIn, newScratch, newState, troublesOf } from './old-state.ts';
import { startChild } from './programs/child.ts';
import { POLICY } from './prune-policy.ts';

const scratch = newScratch('prune-crash');
after(() => rmSync(scratch, { recursive: true }));

let template: StatePaths;
let expected: unknown;
let count = 0;

before(async () => {
  template = newState(scratch);
  await addRuns(
    template,
    Array.from({ length: 16 }, (_, index) => ({
      daysAgo: 16 - index,
      artifact: { text: `artifact ${index % 11}`, ...(index === 12 ? { keptDays: 1 } : {}) },
      plan: `{"n":${index % 7}}`,
      weight: 200_000,
    })),
  );
  const whole = copyOfTemplate();
  await pruneState(whole, criteria(POLICY));
  expected = relative(whole);
});

function copyOfTemplate(): StatePaths {
  const home = join(scratch, `copy-${++count}`);
  cpSync(dirname(template.folder), home, { recursive: true, preserveTimestamps: true });
  return statePaths({ XDG_STATE_HOME: home });
}

/** Paths without the name of the copy. */
function relative(paths: StatePaths): unknown {
  return JSON.parse(JSON.stringify(everythingIn(paths)).replaceAll(dirname(paths.folder), ''));
}

for (const checkpoint of pruneCheckpoints) {
  for (const time of [1, 2, 4]) {
    test(`a pruning that is killed at \`${checkpoint}\` (${time}) is in no reader's way, and the next one does the rest`, async (t) => {
      const paths = copyOfTemplate();
      const ended = await startChild('prune-until-killed.ts', dirname(paths.folder), checkpoint, String(time)).ended();
      if (ended === 0) {
        // It comes to this place less often: then it has simply done all.
        assert.ok(time > 1, `${checkpoint} is reached`);
        t.diagnostic('not reached so often');
      } else assert.equal(ended, 'SIGKILL');
      assert.deepEqual(await troublesOf(paths), []);
      await pruneState(paths, criteria(POLICY));
      assert.deepEqual(relative(paths), expected);
    });
  }
}
