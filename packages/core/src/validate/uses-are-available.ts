// Check: what a step uses can be carried out by this release. The page is that of keys that cannot (schema/shape-rules.ts).

import type { Check } from './rule.ts';
import { usesOf } from './used.ts';
import { isNotAvailable } from './uses-are-known.ts';

export const usesAreAvailable: Check = {
  code: 'not-available',
  severity: 'error',
  check(facts, report) {
    for (const use of usesOf(facts)) {
      if (!isNotAvailable(use)) continue;
      const { uses, text } = use;
      const message =
        uses.kind === 'wait'
          ? `\`${text}\`: an editor for files of the workspace is not available in this release`
          : `\`${text}\`: workflows of a registry are not available in this release`;
      const help =
        uses.kind === 'wait'
          ? 'wait with `human/approve`; whoever answers edits the files in the workspace of the run first'
          : 'put the file beside this one and use it by its path: `uses = "./other.toml"`';
      report.at([...use.path, 'uses'], 'value', message, { help });
    }
  },
};
