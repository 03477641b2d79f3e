// Begins and ends prunings that remove nothing, as often as the second argument says, with the first as the home of state.

import { statePaths } from '@workflow-platform/journal';

import { whileLookNotNoted } from '../../src/prune/folder-look.ts';

const paths = statePaths({ XDG_STATE_HOME: process.argv[2] });
for (let left = Number(process.argv[3]); left > 0; left--)
  whileLookNotNoted(paths, { nowMs: 1_000 * left, hasLooked: true }, () => {});
