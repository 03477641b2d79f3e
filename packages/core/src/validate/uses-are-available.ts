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
      report.at([...use.path, 'uses'], 'value', `\`${use.text}\`: workflows of a registry are not available in this release`, {
        help: 'put the file beside this one and use it by its path: `uses = "./other.toml"`',
      });
    }
  },
};
