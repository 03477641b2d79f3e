// A workspace right after its registration: an empty change on the root commit, before anything was checked out.

import { jj } from './jj-program.ts';

/** Says whether the workspace stands there. `place` is a folder from which to ask. */
export async function standsOnNothing(place: string, id: string): Promise<boolean> {
  const isInitial = 'empty && description == "" && parents.all(|parent| parent.root())';
  const look = ['--ignore-working-copy', 'log', '--no-graph', `--revisions="${id}"@`, `--template=${isInitial}`];
  const { stdout } = await jj(place, look);
  return stdout.trim() === 'true';
}
