// Takes a lock, says how it went, and holds it until its stdin ends or it is killed: `hold-lock.ts PATH OWNER`.

import { acquireLock } from '@workflow-platform/journal';

const [path = '', owner = ''] = process.argv.slice(2);
const lock = acquireLock(path, { owner });
process.stdout.write('heldBy' in lock ? `refused: ${lock.heldBy}\n` : 'held\n');
process.stdin.resume().on('end', () => {
  if ('release' in lock) lock.release();
});
