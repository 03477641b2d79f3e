// Opens the history for those who only look.
// Not here: writing to it (wire.ts).

import { openHistory, statePaths, type History, type StatePaths } from '@workflow-platform/journal';
import type { CliContext } from './context.ts';

/** Runs `use` with the history opened for reading; makes nothing on disk. */
export async function withHistory<T>(
  context: CliContext,
  use: (history: History, paths: StatePaths) => T | Promise<T>,
): Promise<T> {
  const paths = statePaths(context.env);
  const history = openHistory({ folder: paths.folder, mode: 'read' });
  try {
    return await use(history, paths);
  } finally {
    history.close();
  }
}
