// Answers a dry run's questions from stubs, and keeps account of which of them were used.
// Not here: reading them (read-stubs.ts), the run (walk.ts).

import type { Diagnostic } from '@workflow-platform/core';
import type { Fact } from '@workflow-platform/events';
import type { FactStub, Outcome, Stub } from './stub.ts';
import { closeness, outerRefs, parseRef } from './stub-places.ts';
import { StubProblems } from './stub-problems.ts';
import type { StubsReading } from './read-stubs.ts';

/** A question that no stub answers. */
export interface MissingStub {
  readonly step: string;
  readonly what:
    | { readonly kind: 'outcome' }
    | { readonly kind: 'turn'; readonly of: 'attempt' | 'answer'; readonly count: number; readonly stub: string }
    /** The person may not answer so. */
    | { readonly kind: 'refusal'; readonly message: string }
    /** `used`: the list has no more. */
    | { readonly kind: 'fact'; readonly query: string; readonly used: { readonly stub: string; readonly count: number } | null };
}

export class StubBook {
  readonly #reading: StubsReading;
  /** How many answers of a list were given, or outcomes. */
  readonly #used = new Map<FactStub | Outcome, number>();
  /** What `changed()` compares: the digest that a step noted before it began, and the last one that was given at all. */
  readonly #noted = new Map<string, string>();
  readonly #content = new Map<string, string>();
  #digests = 0;

  constructor(reading: StubsReading) {
    this.#reading = reading;
  }

  /** Returns how an attempt at a step, or an answer to it, counted from 1, ends. */
  outcome(step: string, count: number, of: 'attempt' | 'answer'): Outcome | MissingStub {
    const stub = this.#closest(step, ({ outcomes }) => outcomes.length > 0);
    if (stub === null) return { step, what: { kind: 'outcome' } };
    const outcome = stub.isList ? stub.outcomes[count - 1] : stub.outcomes[0];
    if (outcome === undefined) return { step, what: { kind: 'turn', of, count, stub: stub.name } };
    this.#used.set(outcome, 1);
    return outcome;
  }

  /** Notes what `changed()` will compare with. */
  noteBefore(step: string, query: string): Fact['answer'] {
    const digest = this.#content.get(query) ?? this.#newDigest(query);
    this.#noted.set(`${step}\n${query}`, digest);
    return digest;
  }

  /** Returns what a look into the workspace answers to a query of the scheduler. */
  answer(step: string, query: string): Fact['answer'] | MissingStub {
    const isDigest = query.startsWith('digest:');
    const asked = isDigest ? `changed:${query.slice('digest:'.length)}` : query;
    const stub = this.#closest(step, ({ facts }) => facts.has(asked));
    const fact = stub?.facts.get(asked);
    if (stub === null || fact === undefined) return { step, what: { kind: 'fact', query: asked, used: null } };
    const count = this.#used.get(fact) ?? 0;
    const answer = fact.isList ? fact.answers[count] : fact.answers[0];
    if (answer === undefined) return { step, what: { kind: 'fact', query: asked, used: { stub: stub.name, count } } };
    this.#used.set(fact, count + 1);
    if (isDigest) return answer === true ? this.#newDigest(query) : this.#notedBefore(step, query);
    return query.startsWith('file:') && answer === false ? null : answer;
  }

  /** Returns what the file says in vain. */
  unused(): readonly Diagnostic[] {
    const problems = new StubProblems(this.#reading.document);
    for (const stub of this.#reading.stubs) {
      const { name, path, outcomes, isList, facts } = stub;
      const isInVain =
        outcomes.every((outcome) => !this.#used.has(outcome)) && [...facts.values()].every((fact) => !this.#used.has(fact));
      if (isInVain) {
        const isOfGroup = outcomes.length === 0;
        const message = isOfGroup ? `\`${name}\` asks nothing of what its stub answers` : `nothing that ran is \`${name}\``;
        problems.add('stub-unused', message, {
          path,
          part: 'key',
          help: isOfGroup ? 'take the stub out' : 'take the stub out, or see why the step did not run',
        });
        continue;
      }
      for (const [at, outcome] of outcomes.entries()) {
        if (!isList || this.#used.has(outcome)) continue;
        problems.add(
          'stub-unused',
          `there was no ${stub.place.step.kind === 'wait' ? 'answer' : 'attempt'} ${at + 1} of \`${name}\``,
          { path: outcome.path, part: 'value' },
        );
      }
      for (const fact of facts.values()) {
        const count = this.#used.get(fact) ?? 0;
        if (count > 0 && (!fact.isList || count === fact.answers.length)) continue;
        const times = count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`;
        const message = `\`${name}\` asked this ${times}${count === 0 ? '' : `, and there are ${fact.answers.length} answers`}`;
        problems.add('stub-unused', message, { path: fact.path, part: 'entry' });
      }
    }
    return problems.diagnostics;
  }

  /** The one that spells out most; of equals the first. */
  #closest(step: string, isWanted: (stub: Stub) => boolean): Stub | null {
    const ref = parseRef(step) ?? [];
    let best: Stub | null = null;
    let bestCloseness = -1;
    for (const stub of this.#reading.stubs) {
      const fits = closeness(stub.parts, ref);
      if (fits === null || fits <= bestCloseness || !isWanted(stub)) continue;
      best = stub;
      bestCloseness = fits;
    }
    return best;
  }

  /** As the scheduler looks it up: noted by the step, or by one around it. Nothing noted, nothing there. */
  #notedBefore(step: string, query: string): string | null {
    for (const ref of [step, ...outerRefs(step)]) {
      const digest = this.#noted.get(`${ref}\n${query}`);
      if (digest !== undefined) return digest;
    }
    return null;
  }

  #newDigest(query: string): string {
    this.#digests += 1;
    const digest = this.#digests.toString(16).padStart(64, '0');
    this.#content.set(query, digest);
    return digest;
  }
}
