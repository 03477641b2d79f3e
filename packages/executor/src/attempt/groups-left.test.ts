import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { endGroupsLeft, forgetGroups, groupLabel, noteGroup } from './groups-left.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'groups-left-')));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A group whose leader has this label, as a resident shell has. */
async function group(label: string): Promise<{ readonly id: number; readonly child: ChildProcess }> {
  const child = spawn('/bin/sh', ['-s', label], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  child.stdin.write('echo ready\n');
  await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.ok(child.pid !== undefined);
  return { id: child.pid, child };
}

test('ends the groups of the run, and no group that only has the number of one', async () => {
  const [own, other] = await Promise.all([group(groupLabel('run-1')), group(groupLabel('run-2'))]);
  const ended = new Promise((resolve) => own.child.once('exit', (_code, signal) => resolve(signal)));
  noteGroup(folder, own.id);
  noteGroup(folder, other.id);
  await endGroupsLeft(folder, { runId: 'run-1', graceMs: 10_000 });
  assert.equal(await ended, 'SIGTERM');
  assert.equal(other.child.exitCode ?? other.child.signalCode, null);
});

test('a run that noted no groups has nothing to end', async () => {
  forgetGroups(folder);
  await endGroupsLeft(folder, { runId: 'run-1', graceMs: 10_000 });
  assert.deepEqual(readdirSync(folder), []);
});
