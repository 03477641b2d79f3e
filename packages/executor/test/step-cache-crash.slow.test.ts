// Engines that are killed while a result is taken or kept, at every call to the system: what is in the workspace and in the store
// is whole in the end, and nothing is taken for somebody else's.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Plan } from '@workflow-platform/core';
import { listCacheEntries, openHistory, openStepCache } from '@workflow-platform/journal';
import type { Checkpoint } from '../src/index.ts';
import type { CrashEngineOptions } from './crash/crash-engine.ts';
import { filesBelow, putFiles, runsIn, told } from './support/cached-runs.ts';
import { makeFolder, planOf, removeRuns, script, testRunId } from './support/make-run.ts';
import type { ArrayJournal } from './support/make-run.ts';

after(removeRuns);

const engine = fileURLToPath(new URL('crash/crash-engine.ts', import.meta.url));
const copies = 'rm -rf out; cp -R src out; ln -s a out/link; echo x >> ../ran';
const plan = planOf([script('copy', copies, { cache: { inputs: ['src/**'], outputs: ['out/**'] } })]);

/** Runs an engine to its end or its death; returns how many calls it made, or null when it died. */
function runEngine(base: string, more: Partial<CrashEngineOptions> = {}, itsPlan: Plan = plan): number | null {
  const options: CrashEngineOptions = { plan: itsPlan, base, ...more };
  const { stdout, signal } = spawnSync(process.execPath, [engine, JSON.stringify(options)], { encoding: 'utf8' });
  if (signal === 'SIGKILL') return null;
  const [, count] = /^up\n(?:over\n)?succeeded (\d+)\n$/.exec(stdout) ?? assert.fail(`the engine said: ${stdout}`);
  return Number(count);
}

function journalOf(base: string): { readonly journal: ArrayJournal } {
  const history = openHistory({ folder: base, mode: 'read' });
  const envelopes = history.readEvents(testRunId);
  history.close();
  return { journal: { envelopes } as unknown as ArrayJournal };
}

/** A workspace in which the step has run for one state of the sources, and which now has another that the store knows too. */
function prepared(): string {
  const base = makeFolder();
  for (const version of ['1', '2']) {
    putFiles(join(base, 'ws'), { 'src/a': `A${version}`, 'src/b': `B${version}`, [`src/only-${version}`]: '' });
    if (version === '2') rmSync(join(base, 'ws/src/only-1'));
    runEngine(base);
    for (const name of readdirSync(base))
      if (name.startsWith('history') || name === 'run') rmSync(join(base, name), { recursive: true });
  }
  putFiles(join(base, 'ws'), { 'src/a': 'A1', 'src/b': 'B1', 'src/only-1': '' });
  rmSync(join(base, 'ws/src/only-2'));
  return base;
}

function isWhole(base: string): void {
  const place = { folder: join(base, 'cache'), keyFile: join(base, 'cache.key') };
  const store = openStepCache(place);
  for (const { entry } of listCacheEntries(place)) {
    for (const blob of entry.files) if (blob.kind === 'file') assert.notEqual(store.textOf(blob), null);
    assert.notEqual(store.textOf(entry.parts), null);
  }
  store.open().close();
  assert.deepEqual(readdirSync(join(place.folder, 'incoming')), []);
}

const wanted = { a: '644 A1', b: '644 B1', link: '→ a', 'only-1': '644 ' };

it('killed at any call while a result is taken: the next engine takes it, and the step is not carried out', () => {
  const ready = prepared();
  const copyOf = (): string => {
    const base = makeFolder();
    cpSync(ready, base, { recursive: true, verbatimSymlinks: true });
    return base;
  };
  const untouched = copyOf();
  const calls = runEngine(untouched) ?? assert.fail();
  assert.deepEqual(told(journalOf(untouched)), ['hit']);
  assert.ok(calls > 20);
  for (let call = 3; call <= calls; call += 3) {
    const base = copyOf();
    if (runEngine(base, { dieBeforeCall: call }) === null) runEngine(base);
    assert.deepEqual(filesBelow(join(base, 'ws/out')), wanted, `killed before call ${call} of ${calls}`);
    assert.equal(runsIn(base), 2, `killed before call ${call} of ${calls}`);
    isWhole(base);
    rmSync(base, { recursive: true });
  }
});

for (const checkpoint of [
  'cache-key-noted',
  'attempt-requested',
  'attempt-ended',
  'cache-contents-kept',
  'cache-stored',
  'attempt-read',
] as const satisfies readonly Checkpoint[]) {
  it(`killed at ${checkpoint} while a result is made: it is kept by whoever goes on`, () => {
    const base = makeFolder();
    putFiles(join(base, 'ws'), { 'src/a': 'A1', 'src/b': 'B1', 'src/only-1': '' });
    assert.equal(runEngine(base, { dieAt: { checkpoint, time: 1 } }), null);
    runEngine(base);
    // What never began, or was never adopted, is made again; what ran once does not run twice.
    assert.equal(runsIn(base), 1);
    assert.equal(told(journalOf(base)).at(-1), 'stored');
    assert.deepEqual(filesBelow(join(base, 'ws/out')), wanted);
    isWhole(base);
  });
}
