// Reads a stubs file against the plan it is for, and reports all that is wrong with it at its place.
// Not here: one entry of it (read-outcome.ts, read-facts.ts), stubs that a walk did not use (stub-book.ts).

import { isTomlTable, parseToml, suggest } from '@workflow-platform/core';
import type { ActionSignature, Diagnostic, Path, Plan, TomlDocument, TomlValue } from '@workflow-platform/core';
import { factKeys, readFacts } from './read-facts.ts';
import { answerKeys, attemptKeys, readOutcome } from './read-outcome.ts';
import type { Outcome, Stub } from './stub.ts';
import { StubProblems } from './stub-problems.ts';
import { findPlace, nameOfPlace, stepPlaces, type StepPlace } from './stub-places.ts';

/** What a stubs file is read for. */
export interface StubsRequest {
  readonly fileName: string;
  readonly text: string;
  readonly plan: Plan;
  /** Signatures of the actions that steps may use. */
  readonly actions: readonly ActionSignature[];
}

export interface StubsReading {
  readonly document: TomlDocument;
  readonly stubs: readonly Stub[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the file. Where there are diagnostics, the stubs are not to be used. */
export function readStubs({ fileName, text, plan, actions }: StubsRequest): StubsReading {
  const document = parseToml(text, fileName);
  const problems = new StubProblems(document);
  problems.diagnostics.push(...document.diagnostics);
  const places = stepPlaces(plan);
  const stubs: Stub[] = [];
  for (const [key, value] of Object.entries(document.root)) {
    if (key !== 'steps') problems.unknownKey([key], ['steps']);
    else if (!isTomlTable(value)) problems.wrongKind([key], 'a table of steps');
    else {
      for (const [name, entry] of Object.entries(value)) {
        const stub = readStub(name, entry, { places, actions, problems });
        if (stub !== null) stubs.push(stub);
      }
    }
  }
  return { document, stubs, diagnostics: problems.diagnostics };
}

interface Around {
  readonly places: readonly StepPlace[];
  readonly actions: readonly ActionSignature[];
  readonly problems: StubProblems;
}

function readStub(name: string, value: TomlValue, { places, actions, problems }: Around): Stub | null {
  const path = ['steps', name];
  const meaning = findPlace(name, places);
  switch (meaning.kind) {
    case 'unknown': {
      const names = places.flatMap((place) => [nameOfPlace(place), place.ids.join('.'), place.ids.at(-1)!]);
      const near = suggest(name, new Set(names));
      const help = near === null ? `the workflow has ${listed(places)}` : `did you mean \`${near}\`?`;
      problems.add('stub-unknown-step', `the workflow has no step \`${name}\``, { path, part: 'key', help });
      return null;
    }
    case 'ambiguous': {
      const help = `write ${meaning.places.map((place) => `\`"${nameOfPlace(place)}"\``).join(' or ')}`;
      const message = `several steps are called \`${name}\``;
      problems.add('stub-unknown-step', message, { path, part: 'key', help });
      return null;
    }
    case 'brackets': {
      const what = meaning.allowed === 0 ? 'is neither a loop nor a list' : 'has no turns of its items';
      problems.add('stub-unknown-step', `\`${meaning.id}\` ${what}, so \`${name}\` names no step`, { path, part: 'key' });
      return null;
    }
    default:
      break;
  }
  if (!isTomlTable(value)) {
    problems.wrongKind(path, 'a table, such as `{ outputs = { … } }`');
    return null;
  }
  const { place, parts } = meaning;
  const { step } = place;
  const manner = step.kind === 'wait' ? ofAnswers : ofAttempts;
  const own = step.kind === 'group' ? [] : [...manner.keys, manner.list];
  const keys = [...own, ...factKeys];
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    const at = [...path, key];
    const inside = places.find(({ ids }) => ids.length === place.ids.length + 1 && isAround(place, ids) && ids.at(-1) === key);
    if (inside !== undefined) {
      const help = `write \`[steps."${nameOfPlace(inside)}"]\``;
      problems.add('stub-unknown-key', `\`${key}\` is a step of its own`, { path: at, part: 'key', help });
    } else if (step.kind === 'group' && [...attemptKeys, ofAttempts.list].includes(key)) {
      const message = `\`${name}\` is a group: how it ends follows from its steps`;
      problems.add('stub-impossible', message, { path: at, part: 'key', help: 'stub those instead' });
    } else problems.unknownKey(at, keys);
  }
  const facts = readFacts(value, path, problems);
  if (step.kind === 'group') return { name, path, place, parts, outcomes: [], isList: false, facts };
  const list = value[manner.list];
  const read = (table: Table, at: Path): Outcome => readOutcome(table, at, { step, actions, problems });
  const outcomes = list === undefined ? [read(value, path)] : readList(value, { manner, path, read, problems });
  return { name, path, place, parts, outcomes, isList: list !== undefined, facts };
}

type Table = { readonly [key: string]: TomlValue };

/** What of a stub may come several times, one after the other. */
interface Manner {
  readonly list: string;
  readonly keys: readonly string[];
  readonly one: string;
}

const ofAttempts: Manner = { list: 'attempts', keys: attemptKeys, one: 'attempt' };
const ofAnswers: Manner = { list: 'answers', keys: answerKeys, one: 'answer' };

interface ListRequest {
  readonly manner: Manner;
  readonly path: Path;
  read(table: Table, path: Path): Outcome;
  readonly problems: StubProblems;
}

function readList(stub: Table, { manner: { list, keys, one }, path, read, problems }: ListRequest): readonly Outcome[] {
  for (const key of keys.filter((each) => stub[each] !== undefined)) {
    const help = `move it into the ${list} that it is meant for`;
    problems.add('stub-impossible', `\`${key}\` stands beside \`${list}\``, { path: [...path, key], part: 'key', help });
  }
  const entries = stub[list];
  if (!Array.isArray(entries) || entries.length === 0) {
    problems.wrongKind([...path, list], `a list of tables, one for each ${one}`);
    return [];
  }
  return (entries as readonly TomlValue[]).flatMap((entry, index) => {
    const at = [...path, list, index];
    if (!isTomlTable(entry)) {
      problems.add('stub-wrong-value', `${one} ${index + 1} must be a table`, { path: at, part: 'value' });
      return [];
    }
    for (const key of Object.keys(entry)) if (!keys.includes(key)) problems.unknownKey([...at, key], keys);
    return [read(entry, at)];
  });
}

function isAround({ ids }: StepPlace, inner: readonly string[]): boolean {
  return ids.every((id, at) => id === inner[at]);
}

function listed(places: readonly StepPlace[]): string {
  const names = places.slice(0, 8).map((place) => `\`${nameOfPlace(place)}\``);
  return names.join(', ') + (places.length > 8 ? ` and ${places.length - 8} more` : '');
}
