// Opens a history as soon as it is told to begin, and appends runs of its own: `append-runs.ts FOLDER NAME COUNT`.

import { openHistory } from '@workflow-platform/journal';

import { STARTED, created, finished, inOrder } from '../event-builders.ts';

const [folder = '', name = '', count = '0'] = process.argv.slice(2);

process.stdin.once('data', () => {
  const history = openHistory({ folder, mode: 'write' });
  for (let i = 0; i < Number(count); i++) {
    const runId = `${name}-${String(i).padStart(3, '0')}`;
    history.append(inOrder(runId, [created()]));
    history.append(inOrder(runId, [STARTED, finished()], 2));
  }
  history.close();
  process.stdin.destroy();
});
process.stdout.write('ready\n');
