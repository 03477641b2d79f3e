// A disk whose files can share blocks (btrfs in a file), for tests of what is copied cheaply there. Needs root on Linux.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const SIZE_BYTES = 160 * 1024 * 1024;

/** Mounts a disk until the test ends and returns its folder, or returns null after having skipped the test. */
export function reflinkDisk(t: TestContext): string | null {
  const base = mkdtempSync(join(tmpdir(), 'reflink-disk-'));
  const image = join(base, 'image');
  const path = join(base, 'disk');
  const run = (command: string, ...args: string[]): Buffer => execFileSync(command, args, { stdio: 'pipe' });
  try {
    mkdirSync(path);
    writeFileSync(image, '');
    truncateSync(image, SIZE_BYTES);
    run('mkfs.btrfs', '--quiet', image);
    run('mount', '-o', 'loop', image, path);
  } catch {
    rmSync(base, { recursive: true });
    t.skip('needs `mkfs.btrfs` and the right to mount its file (root on Linux)');
    return null;
  }
  t.after(() => {
    run('umount', '-l', path);
    rmSync(base, { recursive: true });
  });
  return path;
}
