// A disk that fills up: a small tmpfs, for tests of what happens without room. Needs root on Linux.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A mounted disk of a few megabytes. */
export interface SmallDisk {
  readonly path: string;
  /** Writes a file that leaves no more than `leaveBytes` of room. */
  fill(leaveBytes?: number): void;
  /** Deletes that file again. */
  empty(): void;
  /** Makes the disk refuse every write, even root's. */
  makeReadOnly(): void;
}

/** Mounts a disk until the test ends, or returns null after having skipped the test. */
export function smallDisk(t: TestContext, sizeBytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=0777`, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    rmSync(path, { recursive: true });
    t.skip('needs the right to mount a tmpfs (root on Linux)');
    return null;
  }
  t.after(() => {
    execFileSync('umount', ['-l', path], { stdio: 'pipe' });
    rmSync(path, { recursive: true });
  });
  const ballast = join(path, 'ballast');
  return {
    path,
    fill(leaveBytes = 0) {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
    },
    empty: () => rmSync(ballast, { force: true }),
    makeReadOnly: () => execFileSync('mount', ['-o', 'remount,ro', path], { stdio: 'pipe' }),
  };
}
