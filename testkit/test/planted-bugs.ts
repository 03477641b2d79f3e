// Schedulers with a bug each, made by replacing a part of the real one. The simulator must catch every one of them.
// Not here: bugs that change nothing a run shows.

import type { RunEvent } from '@workflow-platform/events';
import { apply, decide, effectsDue, type RunState, type Signal } from '@workflow-platform/scheduler';
import type { InvariantName } from '../src/simulator/invariants.ts';
import { type SchedulerUnderTest, schedulerWith } from '../src/simulator/scheduler-under-test.ts';

export interface PlantedBug {
  /** Completes "catches a scheduler that …". */
  readonly name: string;
  readonly scheduler: SchedulerUnderTest;
  /** One of these has to be seen broken. */
  readonly breaks: readonly InvariantName[];
}

type Chance = () => number;

/** Replaces what is decided. */
function deciding(
  change: (events: RunEvent[], state: RunState, signal: Signal, nowMs: number) => RunEvent[],
): SchedulerUnderTest {
  return schedulerWith({
    decide: (state: RunState, signal: Signal, nowMs: number, chance: Chance) =>
      change(decide(state, signal, nowMs, chance), state, signal, nowMs),
  });
}

/** Replaces single events; null leaves one out. */
function replacing(change: (event: RunEvent, state: RunState) => RunEvent | null): SchedulerUnderTest {
  return deciding((events, state) => events.map((event) => change(event, state)).filter((event) => event !== null));
}

/** Runs a decision with part of the plan looking different. */
function withRoom(state: RunState, room: number, act: () => RunEvent[]): RunEvent[] {
  const plan = state.plan;
  const writable = state as { plan: RunState['plan'] };
  writable.plan = { ...plan, maxParallel: room };
  try {
    return act();
  } finally {
    writable.plan = plan;
  }
}

/** Runs a decision as if the run had other break points. */
function withBreakPoints(change: Partial<RunState['breakPoints']>): SchedulerUnderTest {
  return schedulerWith({
    decide: (state, signal, nowMs, chance) => {
      const { breakPoints } = state;
      state.breakPoints = { ...breakPoints, ...change };
      try {
        return decide(state, signal, nowMs, chance);
      } finally {
        state.breakPoints = breakPoints;
      }
    },
  });
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'starts at the beginning whatever was asked',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => {
        if (event.type !== 'run.created') return apply(state, event, atMs);
        const { startAt: _, ...created } = event;
        return apply(state, created, atMs);
      },
    }),
    breaks: ['starts-where-asked'],
  },
  {
    name: 'skips in every turn what comes before the start',
    scheduler: replacing((event, state) => {
      if (event.type !== 'step.attempt-started' || state.startAt === null) return event;
      const step = state.steps.get(event.step);
      const isLater = (step?.scope.iteration ?? 1) > 1 && !state.startAt.endsWith(`.${step?.spec.plan.id}`);
      return isLater ? { type: 'step.skipped', step: event.step, reason: { kind: 'start-at', step: state.startAt } } : event;
    }),
    breaks: ['starts-where-asked'],
  },
  {
    name: 'takes an edit in which nothing has changed',
    scheduler: deciding((events, _state, signal) => {
      const [refused] = events;
      const isEdit = refused?.type === 'run.request-refused' && /nothing in the files has changed/.test(refused.message);
      if (!isEdit || signal.kind !== 'answered') return events;
      const { step, by, message } = signal;
      return [{ type: 'step.answered', step, by, approved: true, message, fields: { files: [] }, request: refused.request }];
    }),
    breaks: ['edits-are-told'],
  },
  {
    name: 'passes break points by',
    scheduler: withBreakPoints({ before: [] }),
    breaks: ['break-points-hold'],
  },
  {
    name: 'lets a failure stand that somebody is to look at first',
    scheduler: withBreakPoints({ onFailure: false }),
    breaks: ['break-points-hold'],
  },
  {
    name: 'leaves a failure as it is that somebody lets pass',
    scheduler: replacing((event, state) =>
      event.type === 'step.failed' && state.steps.get(event.step)?.phase.kind === 'paused' ? { ...event, allowed: false } : event,
    ),
    breaks: ['break-points-hold', 'status-is-honest'],
  },
  {
    name: 'reopens everything for a retry of one step',
    scheduler: replacing((event, state) =>
      event.type === 'run.resumed' && event.retry !== undefined
        ? { ...event, retry: { ...event.retry, reopens: [event.retry.step, ...state.root.steps.map(({ ref }) => ref)] } }
        : event,
    ),
    breaks: ['retry-reopens-what-follows'],
  },
  {
    name: 'forgets what comes after a retried step',
    scheduler: replacing((event) =>
      event.type === 'run.resumed' && event.retry !== undefined
        ? { ...event, retry: { ...event.retry, reopens: [event.retry.step] } }
        : event,
    ),
    breaks: ['retry-reopens-what-follows'],
  },
  {
    name: 'counts a result again though its step reads something else',
    scheduler: replacing((event, state) => {
      const prior = event.type === 'step.reuse-declined' ? state.steps.get(event.step)?.prior : null;
      if (!prior?.result || event.type !== 'step.reuse-declined') return event;
      const { exitCode, outputs } = prior.result;
      return { type: 'step.reused', step: event.step, attempt: prior.attempt, exitCode, outputs };
    }),
    breaks: ['reused-when-equal'],
  },
  {
    name: 'forgets how much room there is',
    scheduler: schedulerWith({
      decide: (state, signal, nowMs, chance) =>
        withRoom(state, state.plan.maxParallel + 1, () => decide(state, signal, nowMs, chance)),
      apply: (state, event, atMs) => {
        withRoom(state, 1000, () => {
          apply(state, event, atMs);
          return [];
        });
        return state;
      },
    }),
    breaks: ['room-is-kept'],
  },
  {
    name: 'leaves room unused',
    scheduler: deciding((events, state, signal) =>
      signal.kind === 'tick' && state.slotsTaken > 0 ? events.filter(({ type }) => type !== 'step.attempt-started') : events,
    ),
    breaks: ['no-idle-room', 'retries-are-limited'],
  },
  {
    name: 'forgets to apply a stop request',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => (event.type === 'step.stop-requested' ? state : apply(state, event, atMs)),
    }),
    breaks: ['no-crash'],
  },
  {
    name: 'forgets the time limit of an attempt',
    scheduler: replacing((event) => (event.type === 'step.stop-requested' && event.reason.kind === 'timeout' ? null : event)),
    breaks: ['limits-are-kept', 'run-ends'],
  },
  {
    name: 'takes an attempt that ended with failure for a success',
    scheduler: replacing((event) =>
      event.type === 'step.failed' ? { type: 'step.skipped', step: event.step, reason: { kind: 'no-items' } } : event,
    ),
    breaks: ['no-crash', 'settles-once'],
  },
  {
    name: 'tries again without end',
    scheduler: deciding((events, _state, _signal, nowMs) =>
      events.map((event) =>
        event.type === 'step.failed' && event.failure.kind === 'exit' && !event.step.includes('[')
          ? {
              type: 'step.retry-scheduled',
              step: event.step,
              attempt: (_state.steps.get(event.step)?.attempt ?? 0) + 1,
              atMs: nowMs + 10,
            }
          : event,
      ),
    ),
    breaks: ['retries-are-limited'],
  },
  {
    name: 'lets a step fail because an engine died',
    scheduler: deciding((events, state) =>
      events.map((event) => {
        const step = 'step' in event ? state.steps.get(event.step) : undefined;
        if (event.type !== 'step.retry-scheduled' || step?.phase.kind !== 'attempt-failed') return event;
        const { failure } = step.phase;
        return failure.kind === 'lost' ? { type: 'step.failed', step: event.step, failure, allowed: false, outputs: {} } : event;
      }),
    ),
    breaks: ['lost-with-the-engine'],
  },
  {
    name: 'begins a step whose quota is used up',
    scheduler: replacing((event, state) => {
      const phase = 'step' in event ? state.steps.get(event.step)?.phase.kind : undefined;
      if (event.type !== 'step.parked' || (phase !== 'ready' && phase !== 'considered')) return event;
      return { type: 'step.attempt-started', step: event.step, attempt: event.attempt, attemptNo: state.attemptCount + 1 };
    }),
    breaks: ['quota-holds'],
  },
  {
    name: 'lets every step begin when the time of a quota has come',
    scheduler: deciding((events, state) => {
      for (const breaker of state.quotas.values()) breaker.probe = null;
      return events;
    }),
    breaks: ['quota-holds', 'decide-changes-nothing', 'same-after-fold'],
  },
  {
    name: 'forgets a step that waits for quota',
    scheduler: deciding((events, state) =>
      events.some((event) => event.type === 'step.attempt-started' && state.steps.get(event.step)?.phase.kind === 'parked')
        ? []
        : events,
    ),
    breaks: ['quota-is-tried', 'no-idle-room', 'run-ends'],
  },
  {
    name: 'lets being turned away use up a retry',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => {
        apply(state, event, atMs);
        const step = 'step' in event ? state.steps.get(event.step) : undefined;
        if (step !== undefined && event.type === 'step.parked' && step.phase.kind === 'parked' && step.phase.isBegun)
          step.attemptsBefore = Math.max(0, step.attemptsBefore - 1);
        return state;
      },
    }),
    breaks: ['retries-are-limited', 'quota-holds'],
  },
  {
    name: 'tries again at once instead of waiting',
    scheduler: replacing((event) => (event.type === 'step.retry-scheduled' ? { ...event, atMs: event.atMs - 1_000_000 } : event)),
    breaks: ['retries-are-limited'],
  },
  {
    name: 'starts again an attempt that a late signal had ended',
    scheduler: schedulerWith({
      decide: (state, signal, nowMs, chance) => {
        if (signal.kind !== 'attempt-ended') return decide(state, signal, nowMs, chance);
        const attempt = state.steps.get(signal.step)?.attempt ?? signal.attempt;
        return decide(state, { ...signal, attempt }, nowMs, chance);
      },
    }),
    breaks: ['repeats-are-ignored', 'settles-once', 'one-live-attempt'],
  },
  {
    name: 'lets a failed run look succeeded',
    scheduler: replacing((event) =>
      event.type === 'run.finished' && event.status === 'failed' ? { ...event, status: 'succeeded' } : event,
    ),
    breaks: ['status-is-honest'],
  },
  {
    name: 'hides a failure that was allowed',
    scheduler: replacing((event) => (event.type === 'run.finished' ? { ...event, allowedFailures: [] } : event)),
    breaks: ['status-is-honest'],
  },
  {
    name: 'forgets that a cancel was asked for',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => (event.type === 'run.cancel-requested' ? state : apply(state, event, atMs)),
    }),
    breaks: ['cancel-holds', 'conditions-hold', 'run-ends', 'status-is-honest', 'requests-count-once', 'no-crash'],
  },
  {
    name: 'remembers what it did outside of the journal',
    scheduler: schedulerWith({
      decide: (state, signal, nowMs, chance) => {
        const events = decide(state, signal, nowMs, chance);
        const last = events.at(-1);
        // The state changes without an event.
        if (last?.type === 'step.retry-scheduled' && state.slotsTaken === 0) {
          apply(state, last, nowMs - 500);
          return events.slice(0, -1);
        }
        return events;
      },
    }),
    breaks: ['decide-changes-nothing', 'retries-are-limited', 'same-after-fold', 'no-crash', 'run-ends'],
  },
  {
    name: 'goes by the clock instead of the journal when it comes back',
    scheduler: {
      ...schedulerWith({}),
      fold: (plan, envelopes) =>
        schedulerWith({}).fold(
          plan,
          envelopes.map((envelope) => ({ ...envelope, atMs: envelope.atMs + 1 })),
        ),
    },
    breaks: ['same-after-fold'],
  },
  {
    name: 'performs an attempt that is not in the journal yet',
    scheduler: schedulerWith({
      effectsDue: (state) => {
        const effects = effectsDue(state);
        return effects.map((effect) =>
          effect.kind === 'attempt'
            ? { ...effect, key: `${effect.step}#${effect.attempt + 1}`, attempt: effect.attempt + 1 }
            : effect,
        );
      },
    }),
    breaks: ['journal-first', 'run-ends'],
  },
  {
    name: 'drops a process that still runs',
    scheduler: schedulerWith({
      effectsDue: (state) => effectsDue(state).filter((effect) => effect.kind !== 'attempt' || effect.stopping === null),
    }),
    breaks: ['settles-once', 'run-ends'],
  },
  {
    name: 'starts a step before what it needs',
    scheduler: schedulerWith({
      decide: (state, signal, nowMs, chance) => {
        const events = decide(state, signal, nowMs, chance);
        if (events.length > 0 || state.phase.kind !== 'working' || state.slotsTaken >= state.plan.maxParallel) return events;
        const early = state.root.steps.find(
          (step) => step.phase.kind === 'waiting' && step.spec.plan.kind === 'attempt' && step.spec.plan.foreach === null,
        );
        if (early === undefined) return events;
        early.phase = { kind: 'ready' };
        return [{ type: 'step.attempt-started', step: early.ref, attempt: early.attempt + 1, attemptNo: state.attemptCount + 1 }];
      },
    }),
    breaks: ['needs-first'],
  },
  {
    name: 'carries on after a failure',
    scheduler: replacing((event, state) => {
      if (event.type !== 'step.skipped' || (event.reason.kind !== 'fail-fast' && event.reason.kind !== 'upstream')) return event;
      const step = state.steps.get(event.step);
      const isStartable = step?.spec.plan.kind === 'attempt' && step.spec.plan.foreach === null;
      if (step === undefined || !isStartable || state.slotsTaken >= state.plan.maxParallel) return event;
      step.phase = { kind: 'ready' };
      return { type: 'step.attempt-started', step: event.step, attempt: step.attempt + 1, attemptNo: state.attemptCount + 1 };
    }),
    breaks: ['fail-fast-holds', 'no-start-after-bad-needs', 'needs-first'],
  },
  {
    name: 'makes one turn too many',
    scheduler: replacing((event, state) => {
      if (event.type !== 'step.failed' || event.failure.kind !== 'iterations') return event;
      const open = state.steps.get(event.step)?.phase;
      const iteration = open?.kind === 'open' ? (open.turn?.iteration ?? 0) + 1 : 1;
      return { type: 'step.iteration-started', step: event.step, iteration };
    }),
    breaks: ['turns-are-limited'],
  },
  {
    name: 'goes on though it gets nowhere',
    scheduler: replacing((event, state) => {
      if (event.type !== 'step.failed' || event.failure.kind !== 'no-progress') return event;
      const open = state.steps.get(event.step)?.phase;
      const iteration = open?.kind === 'open' ? (open.turn?.iteration ?? 0) + 1 : 1;
      return { type: 'step.iteration-started', step: event.step, iteration };
    }),
    breaks: ['turns-are-limited'],
  },
  {
    name: 'forgets which requests it has answered for',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => {
        const after = apply(state, event, atMs);
        after.requests.clear();
        return after;
      },
    }),
    breaks: ['requests-count-once'],
  },
  {
    name: 'takes one approval where two are wanted',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => {
        if (event.type !== 'step.waiting') return apply(state, event, atMs);
        return apply(state, { ...event, inputs: { ...event.inputs, approvals: 1 } }, atMs);
      },
    }),
    breaks: ['answers-decide'],
  },
  {
    name: 'waits for nothing when an answer is due',
    scheduler: schedulerWith({
      effectsDue: (state) => effectsDue(state).filter(({ kind }) => kind !== 'timer'),
    }),
    breaks: ['run-ends', 'limits-are-kept'],
  },
  {
    name: 'forgets by which name the work of a step can be taken up again',
    scheduler: schedulerWith({
      apply: (state, event, atMs) => {
        apply(state, event, atMs);
        const step = event.type === 'step.retry-scheduled' ? state.steps.get(event.step) : undefined;
        if (step !== undefined) step.session = null;
        return state;
      },
    }),
    breaks: ['sessions-go-on'],
  },
  {
    name: 'goes on with what is done',
    scheduler: schedulerWith({
      effectsDue: (state) =>
        effectsDue(state).map((effect) =>
          effect.kind === 'attempt' && effect.attempt > 1 ? { ...effect, session: 'x' } : effect,
        ),
    }),
    breaks: ['sessions-go-on'],
  },
  {
    name: 'counts what was used up twice',
    scheduler: deciding((events) =>
      events.flatMap((event): RunEvent[] => (event.type === 'step.usage-reported' ? [event, event] : [event])),
    ),
    breaks: ['usage-counts-once'],
  },
  {
    name: 'drops what a failed attempt has used up',
    scheduler: deciding((events) =>
      events.some(({ type }) => type === 'step.attempt-failed')
        ? events.filter(({ type }) => type !== 'step.usage-reported')
        : events,
    ),
    breaks: ['usage-counts-once'],
  },
];
