import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { runProcess } from '../run-process.ts';
import { entriesIn, readManifest, writeManifest } from './manifest.ts';

/** Makes a folder with everything that may be in one. */
function makeFolder(): { folder: string; file: string; remove(): void } {
  const base = mkdtempSync(join(tmpdir(), 'manifest-'));
  const folder = join(base, 'földer');
  for (const path of ['.git', 'a/.git', 'a/b', 'empty']) mkdirSync(join(folder, path), { recursive: true });
  for (const path of ['.git/no', 'a/.git/yes', 'a/b/c', 'plain', 'with space', 'ünïcode', 'new\nline', '-rf', '%s', '"\\'])
    writeFileSync(join(folder, path), path);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), 'no UTF-8');
  symlinkSync('../no where', join(folder, 'a/link'));
  lutimesSync(join(folder, 'a/link'), 1, 2.5);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  chmodSync(join(folder, 'plain'), 0o4755);
  chmodSync(join(folder, 'empty'), 0o1700);
  utimesSync(join(folder, 'a/b/c'), -10.25, -10.25);
  return { folder, file: join(base, 'notes'), remove: () => rmSync(base, { recursive: true }) };
}

for (const [by, run] of [
  ['find', runProcess],
  ['us, where find cannot do it', () => Promise.resolve({ pid: 0, code: 1, stdout: '', stderr: 'unknown predicate' })],
] as const) {
  test(`what is listed by ${by} is what is there`, async (t) => {
    const { folder, file, remove } = makeFolder();
    t.after(remove);
    await writeManifest(folder, file, run);
    const listed = readManifest(file);
    assert.deepEqual(new Map([...(listed ?? [])].sort()), new Map([...entriesIn(folder)].sort()));
    assert.equal(listed?.size, 15);
  });

  test(`of a list by ${by} that is not whole nothing is believed`, async (t) => {
    const { folder, file, remove } = makeFolder();
    t.after(remove);
    await writeManifest(folder, file, run);
    truncateSync(file, statSync(file).size - 5);
    assert.equal(readManifest(file), null);
  });
}
