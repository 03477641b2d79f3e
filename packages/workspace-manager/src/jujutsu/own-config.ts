// Settings of one workspace, which Jujutsu keeps outside of it, in the user's own configuration folder.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { jj } from './jj-program.ts';

/** Deletes what Jujutsu keeps about the settings of the workspace at `folder`, when it says that this is whose they are. */
export async function forgetOwnConfig(folder: string): Promise<void> {
  if (!existsSync(join(folder, '.jj', 'workspace-config-id'))) return;
  const { code, stdout } = await jj(folder, ['--ignore-working-copy', 'config', 'path', '--workspace']);
  const place = dirname(stdout.replace(/\n$/, ''));
  if (code !== 0 || basename(dirname(place)) !== 'workspaces' || !isOf(place, folder)) return;
  rmSync(place, { recursive: true, force: true });
}

/** A step may have written the number of another workspace's settings into its own. */
function isOf(place: string, folder: string): boolean {
  try {
    return readFileSync(join(place, 'metadata.binpb')).includes(join(folder, '.jj'));
  } catch {
    return false;
  }
}
