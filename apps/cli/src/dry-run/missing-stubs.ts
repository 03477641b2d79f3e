// Says which stubs a dry run would need to go on, and how they could look.
// Not here: finding that they are missing (walk.ts).

import { renderTomlKey } from '@workflow-platform/core';
import type { ActionSignature, Plan } from '@workflow-platform/core';
import { unreachable, UserError } from '@workflow-platform/events';
import { exitCodes } from '../exit-codes.ts';
import type { MissingStub } from './stub-book.ts';
import { nameOfPlace, parseRef, stepPlaces, type StepPlace } from './stub-places.ts';
import { draftStub, headerOf } from './write-stubs.ts';

/** Returns the error of a dry run that ends for want of stubs. */
export function missingStubs(
  missing: readonly MissingStub[],
  { plan, actions, file }: { plan: Plan; actions: readonly ActionSignature[]; file: string },
): UserError {
  const places = stepPlaces(plan);
  const drafts = new Set<string>();
  for (const each of missing) drafts.add(draftOf(each, { places, plan, actions }));
  const text = [...drafts].flatMap((draft) => ['', ...draft.split('\n').map((line) => `    ${line}`)]).join('\n');
  const problems = missing.map(problemOf);
  const message = problems.length === 1 ? problems[0]! : `stubs are missing:\n${problems.map((each) => `  ${each}`).join('\n')}`;
  return new UserError('stubs-missing', message, { hint: `write in ${file}:\n${text}`, exitCode: exitCodes.usage });
}

function problemOf({ step, what }: MissingStub): string {
  switch (what.kind) {
    case 'outcome':
      return `no stub says how \`${step}\` ends`;
    case 'turn':
      return `the stub of \`${what.stub}\` has no ${what.of} ${what.count}, which \`${step}\` would ${what.of === 'answer' ? 'wait for' : 'make'}`;
    case 'refusal':
      return `the answer to \`${step}\` would be refused: ${what.message}`;
    case 'fact': {
      const call = callOf(what.query);
      if (what.used === null) return `\`${step}\` asks ${call}, and no stub answers`;
      return `\`${step}\` asks ${call} again, and the stub of \`${what.used.stub}\` has no answer ${what.used.count + 1}`;
    }
    default:
      return unreachable(what);
  }
}

function draftOf(
  { step, what }: MissingStub,
  { places, plan, actions }: { places: readonly StepPlace[]; plan: Plan; actions: readonly ActionSignature[] },
): string {
  const ids = (parseRef(step) ?? []).map(({ id }) => id);
  const place = places.find((each) => each.ids.length === ids.length && each.ids.every((id, at) => id === ids[at]));
  const name = place === undefined ? step : nameOfPlace(place);
  switch (what.kind) {
    case 'outcome':
      return (place === undefined ? null : draftStub(place, plan, actions)) ?? headerOf(name);
    case 'turn':
      return `${headerOf(what.stub)}\n${what.of === 'answer' ? 'answers = [ … , { approved = true } ]' : 'attempts = [ … , { exit_code = 0 } ]'}`;
    case 'refusal':
      return (place === undefined ? null : draftStub(place, plan, actions)) ?? headerOf(name);
    case 'fact': {
      const [kind, path] = split(what.query);
      const answer = kind === 'file' ? '"…"' : 'true';
      if (what.used === null) return `${headerOf(name)}\n${kind} = { ${renderTomlKey(path)} = ${answer} }`;
      return `${headerOf(what.used.stub)}\n${kind} = { ${renderTomlKey(path)} = [ … , ${answer} ] }`;
    }
    default:
      return unreachable(what);
  }
}

function callOf(query: string): string {
  const [kind, path] = split(query);
  return `\`${kind}('${path}')\``;
}

function split(query: string): readonly [kind: string, path: string] {
  const colon = query.indexOf(':');
  return [query.slice(0, colon), query.slice(colon + 1)];
}
