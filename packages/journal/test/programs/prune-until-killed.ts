// Prunes all that is older than ten days, logs of five and artifacts of three, and dies by SIGKILL at a place:
// `prune-until-killed.ts STATE_HOME CHECKPOINT TIME`.

import { pruneState, statePaths } from '@workflow-platform/journal';

import { criteria } from '../old-state.ts';
import { POLICY } from '../prune-policy.ts';

const [home = '', checkpoint = '', time = '1'] = process.argv.slice(2);
let times = 0;
await pruneState(statePaths({ XDG_STATE_HOME: home }), criteria(POLICY), (place) => {
  if (place === checkpoint && ++times === Number(time)) process.kill(process.pid, 'SIGKILL');
});
