// Takes a lock as often as it is told, and removes the folder that it is in while it has it, as a pruning does: `take-and-remove.ts PATH TIMES`.

import { dirname } from 'node:path';
import { acquireLock, lockHolder } from '@workflow-platform/journal';

import { removeRunFolder } from '../../src/prune/remove-run-folder.ts';

const [path = '', times = ''] = process.argv.slice(2);
for (let left = Number(times); left > 0; left--) {
  const lock = acquireLock(path, { owner: 'a pruning' });
  if ('heldBy' in lock) {
    lockHolder(path);
    continue;
  }
  removeRunFolder(dirname(path));
  lock.release();
}
