// The steps of a file with their neighbours: which scope (the top level or a group) they are in, whom they need.
// Not here: expressions (expression-uses.ts), what a step reads indirectly (ancestry.ts).

import type { StepModel, WorkflowModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';

/** The top level, or the inside of a group. Ids are unique in a scope; `needs` stays within it. */
export interface ScopeFacts {
  /** The group, or null for the top level. */
  readonly owner: StepFacts | null;
  /** Where its `steps` table stands. */
  readonly path: Path;
  readonly steps: readonly StepFacts[];
  readonly byId: ReadonlyMap<string, StepFacts>;
  /** By id in lower case, as expressions compare; the first of those that differ only in case. */
  readonly byFoldedId: ReadonlyMap<string, StepFacts>;
}

export interface StepFacts {
  readonly step: StepModel;
  readonly path: Path;
  readonly scope: ScopeFacts;
  /** Place among the steps of its scope. */
  readonly index: number;
  /** Steps of its own, for a group. */
  readonly inner: ScopeFacts | null;
  /** Of the same scope, known ones only, each once. */
  readonly needs: readonly StepFacts[];
}

/** Works out the steps of a model. Does not recurse: a file may nest groups as deep as it likes. */
export function readSteps(model: WorkflowModel): {
  root: ScopeFacts;
  scopes: readonly ScopeFacts[];
  steps: readonly StepFacts[];
} {
  const root = openScope(null, ['steps'], model.steps);
  const scopes: ScopeFacts[] = [];
  const steps: StepFacts[] = [];
  const todo: (StepFacts | ScopeFacts)[] = [root];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if ('byId' in next) {
      scopes.push(next);
      for (let index = next.steps.length - 1; index >= 0; index--) todo.push(next.steps[index]!);
    } else {
      steps.push(next);
      if (next.inner !== null) todo.push(next.inner);
    }
  }
  return { root, scopes, steps };
}

/** Returns the groups a step is in, the innermost first. */
export function* enclosingGroups(facts: StepFacts): Generator<StepFacts> {
  for (let owner = facts.scope.owner; owner !== null; owner = owner.scope.owner) yield owner;
}

class Step implements StepFacts {
  readonly step: StepModel;
  readonly scope: ScopeFacts;
  readonly index: number;
  #inner: ScopeFacts | null | undefined;
  #needs: readonly StepFacts[] | undefined;

  constructor(step: StepModel, scope: ScopeFacts, index: number) {
    this.step = step;
    this.scope = scope;
    this.index = index;
  }

  get path(): Path {
    return this.step.path;
  }

  get inner(): ScopeFacts | null {
    if (this.#inner !== undefined) return this.#inner;
    const { steps } = this.step;
    this.#inner = steps === null ? null : openScope(this, [...this.step.path, 'steps'], steps);
    return this.#inner;
  }

  get needs(): readonly StepFacts[] {
    if (this.#needs !== undefined) return this.#needs;
    const found: StepFacts[] = [];
    for (const id of this.step.needs) {
      const needed = this.scope.byId.get(id);
      if (needed !== undefined) found.push(needed);
    }
    this.#needs = found.length < 2 ? found : [...new Set(found)];
    return this.#needs;
  }
}

function openScope(owner: StepFacts | null, path: Path, models: readonly StepModel[]): ScopeFacts {
  const steps: StepFacts[] = [];
  const byId = new Map<string, StepFacts>();
  const byFoldedId = new Map<string, StepFacts>();
  const scope: ScopeFacts = { owner, path, steps, byId, byFoldedId };
  for (const [index, model] of models.entries()) {
    const facts = new Step(model, scope, index);
    steps.push(facts);
    if (!byId.has(model.id)) byId.set(model.id, facts);
    const folded = model.id.toLowerCase();
    if (!byFoldedId.has(folded)) byFoldedId.set(folded, facts);
  }
  return scope;
}
