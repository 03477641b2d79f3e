// Rule: no step waits for itself through others. One diagnostic per cycle, each edge shown with its place.
// Not here: a step that needs itself directly (needs-are-others.ts).

import type { RelatedPlace } from '../diagnostic/diagnostic.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';
import type { ScopeFacts, StepFacts } from './step-facts.ts';

/** A cycle through more steps is shown with its first and last edges. */
const EDGES_SHOWN_MAX = 30;

export const needsAreAcyclic: Rule = {
  code: 'needs-cycle',
  severity: 'error',
  title: 'steps need each other in a circle',
  explanation:
    'Each of these steps waits for the next, and the last for the first, so none can ever start. Take out one of the edges shown. Where the steps are meant to take turns, put them into a group with `repeat`.',
  bad: `id = "example"

[steps.build]
needs = ["test"]
run = "make"

[steps.test]
needs = ["build"]
run = "make test"
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.test]
needs = ["build"]
run = "make test"
`,
  check({ scopes }, report) {
    for (const scope of scopes) {
      for (const cycle of findCycles(scope)) {
        if (report.isFull()) return;
        reportCycle(cycle, report);
      }
    }
  },
};

/**
 * Returns cycles, each with a step that no earlier one had, so that separate mistakes are all shown and a knot of many
 * cycles through the same steps is shown once. Depth-first with a stack of its own; each edge is looked at once.
 */
function* findCycles(scope: ScopeFacts): Generator<readonly StepFacts[]> {
  const path: { facts: StepFacts; next: number }[] = [];
  /** Depth on the path, counted from 1; 0 for not yet seen, -1 for done. */
  const depthOf = new Int32Array(scope.steps.length);
  /** Depths of the steps on the path that are in no cycle returned so far, rising. */
  const fresh: number[] = [];
  const enter = (facts: StepFacts) => {
    path.push({ facts, next: 0 });
    depthOf[facts.index] = path.length;
    fresh.push(path.length);
  };
  for (const start of scope.steps) {
    if (depthOf[start.index] === 0) enter(start);
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const needed = top.facts.needs[top.next++];
      if (needed === undefined) {
        depthOf[top.facts.index] = -1;
        if (fresh.at(-1) === path.length) fresh.pop();
        path.pop();
        continue;
      }
      const depth = depthOf[needed.index]!;
      if (depth === 0) enter(needed);
      else if (depth > 0 && needed !== top.facts && (fresh.at(-1) ?? 0) >= depth) {
        while ((fresh.at(-1) ?? 0) >= depth) fresh.pop();
        yield path.slice(depth - 1).map((entry) => entry.facts);
      }
    }
  }
}

function reportCycle(cycle: readonly StepFacts[], report: Report): void {
  const steps = startAtFirstInFile(cycle);
  const names = [...steps, steps[0]!].map((facts) => `\`${facts.step.id}\``);
  const shown = names.length > 12 ? [...names.slice(0, 8), `… ${names.length - 10} more …`, ...names.slice(-2)] : names;
  const edges: RelatedPlace[] = [];
  for (const [at, facts] of steps.entries()) {
    if (at >= EDGES_SHOWN_MAX - 1 && at < steps.length - 1) continue;
    const needed = steps[(at + 1) % steps.length]!;
    edges.push(report.place(edgePath(facts, needed), 'value', `\`${facts.step.id}\` needs \`${needed.step.id}\``));
  }
  report.at(edgePath(steps[0]!, steps[1]!), 'value', `steps need each other in a circle: ${shown.join(' → ')}`, {
    help: 'take one of these edges out; for steps that take turns, use a group with `repeat`',
    related: edges,
  });
}

function startAtFirstInFile(cycle: readonly StepFacts[]): readonly StepFacts[] {
  let first = 0;
  for (const [at, facts] of cycle.entries()) if (facts.index < cycle[first]!.index) first = at;
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

function edgePath(from: StepFacts, to: StepFacts): readonly (string | number)[] {
  return [...from.path, 'needs', from.step.needs.indexOf(to.step.id)];
}
