// Which steps of a workflow a name in a stubs file means: `build`, `turns[*].fix` (that step in every turn), `turns[2].fix`
// (in one), `lint[src/a.ts]` (one item). Left-out brackets mean all turns and items; the id alone will do where it is the only one.
// Not here: what the stub says (read-stubs.ts).

import type { Plan, PlanStep } from '@workflow-platform/core';

/** A step as it stands in the file, whatever turns and items there will be of it. */
export interface StepPlace {
  /** Ids from the outside in. */
  readonly ids: readonly string[];
  /** For each id, how many brackets may follow it: a list and a loop have one each. */
  readonly brackets: readonly number[];
  readonly step: PlanStep;
}

/** A reference taken apart: `turns[2].fix` is `turns` with `2`, then `fix`. */
export type RefPart = { readonly id: string; readonly indexes: readonly string[] };

/** Returns all steps of a plan, in the order of the file. */
export function stepPlaces(plan: Plan): readonly StepPlace[] {
  const places: StepPlace[] = [];
  const visit = (steps: readonly PlanStep[], ids: readonly string[], brackets: readonly number[]): void => {
    for (const step of steps) {
      const isLoop = step.kind === 'group' && step.repeat !== null;
      const place = {
        ids: [...ids, step.id],
        brackets: [...brackets, (step.foreach === null ? 0 : 1) + (isLoop ? 1 : 0)],
        step,
      };
      places.push(place);
      if (step.kind === 'group') visit(step.steps, place.ids, place.brackets);
    }
  };
  visit(plan.steps, [], []);
  return places;
}

/** The name that a stub for all turns and items of a step would have: `turns[*].fix`. */
export function nameOfPlace({ ids, brackets }: StepPlace): string {
  return ids.map((id, at) => (at === ids.length - 1 ? id : id + '[*]'.repeat(brackets[at]!))).join('.');
}

/** Takes a reference or a name of a stub apart; null where its brackets do not match. Keys of items may hold dots and brackets. */
export function parseRef(text: string): readonly RefPart[] | null {
  const parts: { id: string; indexes: string[] }[] = [{ id: '', indexes: [] }];
  let depth = 0;
  for (const char of text) {
    const part = parts.at(-1)!;
    if (char === ']' && --depth < 0) return null;
    if (depth > 0) part.indexes[part.indexes.length - 1] += char;
    else if (char === '[') part.indexes.push('');
    else if (char === '.') parts.push({ id: '', indexes: [] });
    else if (char !== ']') {
      if (part.indexes.length > 0) return null;
      part.id += char;
    }
    if (char === '[') depth += 1;
  }
  return depth === 0 && parts.every(({ id }) => id !== '') ? parts : null;
}

/** What a name of a stub means, or why it means nothing. */
export type NameMeaning =
  | { readonly kind: 'place'; readonly place: StepPlace; readonly parts: readonly RefPart[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly places: readonly StepPlace[] }
  | { readonly kind: 'brackets'; readonly id: string; readonly allowed: number };

/** Finds the step that a name of a stub means. */
export function findPlace(name: string, places: readonly StepPlace[]): NameMeaning {
  const parts = parseRef(name);
  if (parts === null) return { kind: 'unknown' };
  const exact = places.find(({ ids }) => ids.length === parts.length && ids.every((id, at) => id === parts[at]!.id));
  if (exact !== undefined) return withBrackets(exact, parts);
  const [only] = parts;
  if (parts.length > 1 || only === undefined) return { kind: 'unknown' };
  const inside = places.filter(({ ids }) => ids.at(-1) === only.id);
  if (inside.length > 1) return { kind: 'ambiguous', places: inside };
  const [place] = inside;
  if (place === undefined) return { kind: 'unknown' };
  return withBrackets(place, [...place.ids.slice(0, -1).map((id) => ({ id, indexes: [] })), only]);
}

function withBrackets(place: StepPlace, parts: readonly RefPart[]): NameMeaning {
  const wrong = parts.findIndex(({ indexes }, at) => indexes.length > place.brackets[at]!);
  if (wrong >= 0) return { kind: 'brackets', id: parts[wrong]!.id, allowed: place.brackets[wrong]! };
  return { kind: 'place', place, parts };
}

/** Returns how closely a name fits a reference: the more brackets it spells out the more, a `*` for less; null where it does not. */
export function closeness(name: readonly RefPart[], ref: readonly RefPart[]): number | null {
  if (name.length !== ref.length) return null;
  let total = 0;
  for (const [at, { id, indexes }] of name.entries()) {
    const other = ref[at]!;
    if (id !== other.id) return null;
    if (indexes.length === 0) continue;
    if (indexes.length !== other.indexes.length) return null;
    for (const [place, index] of indexes.entries()) {
      if (index !== '*' && index !== other.indexes[place]) return null;
      total += index === '*' ? 1 : 1000;
    }
  }
  return total;
}

/** Returns the references around one, the nearest first: of `turns[2].fix` they are `turns[2]` and `turns`. */
export function outerRefs(ref: string): readonly string[] {
  const outer: string[] = [];
  let depth = 0;
  for (let at = ref.length - 1; at > 0; at -= 1) {
    if (ref[at] === ']') depth += 1;
    if (ref[at] === '[') depth -= 1;
    if (depth === 0 && (ref[at] === '.' || ref[at] === '[')) outer.push(ref.slice(0, at));
  }
  return outer;
}
