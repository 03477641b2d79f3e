// The policy of the tests that end a pruning at every place.

import { DAY_MS } from './old-state.ts';

export const POLICY = { runsMs: 10 * DAY_MS, logsMs: 5 * DAY_MS, artifactsMs: 3 * DAY_MS, keepLast: 1 };
