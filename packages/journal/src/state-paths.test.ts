import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { statePaths } from './state-paths.ts';

const cases: { readonly title: string; readonly env: Record<string, string>; readonly folder: string }[] = [
  { title: 'XDG_STATE_HOME comes first', env: { XDG_STATE_HOME: '/s', HOME: '/h' }, folder: '/s/workflow' },
  { title: 'without it the state is below the home folder', env: { HOME: '/h' }, folder: '/h/.local/state/workflow' },
  { title: 'an empty variable counts as unset', env: { XDG_STATE_HOME: '', HOME: '/h' }, folder: '/h/.local/state/workflow' },
  { title: 'a relative path counts as unset', env: { XDG_STATE_HOME: 's', HOME: '/h' }, folder: '/h/.local/state/workflow' },
  { title: 'without HOME the system says where home is', env: {}, folder: join(homedir(), '.local/state/workflow') },
];

for (const { title, env, folder } of cases) {
  test(title, () => {
    assert.equal(statePaths(env).folder, folder);
  });
}

test('everything else lies inside the state folder', () => {
  const paths = statePaths({ XDG_STATE_HOME: '/s' });
  assert.deepEqual(
    [paths.historyFile, paths.runsFolder, paths.blobsFolder, paths.runFolder('r1')],
    ['/s/workflow/history.db', '/s/workflow/runs', '/s/workflow/blobs', '/s/workflow/runs/r1'],
  );
});
