// Rule: groups are not nested without end.

import type { Rule } from './rule.ts';
import type { ScopeFacts } from './step-facts.ts';

/** Deeper than anybody reads, and shallow enough for every tool that walks a plan. */
export const GROUP_DEPTH_MAX = 16;

export const groupsAreShallow: Rule = {
  code: 'group-too-deep',
  severity: 'error',
  title: 'groups are nested too deep',
  explanation: `Groups may be nested ${GROUP_DEPTH_MAX} deep. Move inner groups into a workflow of their own and use it: \`uses = "./inner.toml"\`.`,
  bad: `id = "example"

[${nested(GROUP_DEPTH_MAX + 1)}]
run = "make"
`,
  good: `id = "example"

[${nested(2)}]
run = "make"
`,
  check({ scopes }, report) {
    const depths = new Map<ScopeFacts, number>();
    for (const scope of scopes) {
      const outer = scope.owner?.scope;
      const depth = outer === undefined ? 0 : depths.get(outer)! + 1;
      depths.set(scope, depth);
      if (depth !== GROUP_DEPTH_MAX + 1) continue;
      report.at(scope.owner!.path, 'key', `the group \`${scope.owner!.step.id}\` is inside ${GROUP_DEPTH_MAX} others`, {
        help: 'move it into a workflow of its own and use that: `uses = "./inner.toml"`',
      });
    }
  },
};

function nested(depth: number): string {
  return Array.from({ length: depth + 1 }, (_, at) => `steps.${at === depth ? 'innermost' : `level-${at + 1}`}`).join('.');
}
