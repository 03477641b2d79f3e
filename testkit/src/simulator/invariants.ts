// What must hold in every run, by name. A simulated run that breaks one is a bug of the scheduler.
// Not here: how each is watched (run-monitor.ts, simulated-run.ts).

/** Names of the invariants, each with what it says. */
export const invariants = {
  'same-after-fold': 'Folding any prefix of the journal that was appended as a whole gives the effects the live state had then.',
  'numbers-without-gaps': 'Events are numbered from 1 without gaps, attempts of a step and of the run too.',
  'journal-first': 'No process is started or stopped, and nothing looked up, before the event that says so is in the journal.',
  'known-steps-only': 'An event names only steps that the plan, an open group or turn, or an expanded `foreach` has.',
  'one-live-attempt': 'A step has at most one live attempt.',
  'room-is-kept': 'No more attempts run at once than `max_parallel` of the run and of the `foreach` allow.',
  'no-idle-room': 'While there is room, no step waits that could start.',
  'needs-first': 'No step starts before every step it needs is settled.',
  'no-start-after-bad-needs': 'A step whose `when` does not ask for the status starts only if nothing it needs went wrong.',
  'conditions-hold': 'A step begins, or is skipped by its condition, only as failure(), cancelled() and always() say.',
  'fail-fast-holds': 'After a failure, no sibling starts whose `when` does not ask for the status.',
  'settles-once': 'Each step settles exactly once until a resume reopens it; a group only after all in it.',
  'succeeded-stays': 'A step that has succeeded never runs again.',
  'retry-reopens-what-follows':
    'A retry reopens the step and what comes after it, at each level around it, and of what it leaves as it was nothing runs.',
  'reused-when-equal': 'A result counts again only for a step that had succeeded and reads the same values as then.',
  'retries-are-limited': 'Attempts follow each other only by the retry policy: no more, no earlier, and when due without delay.',
  'lost-with-the-engine':
    'An attempt lost with an engine is made again at once when somebody takes the run up, whatever the retries.',
  'quota-holds':
    'While a quota is used up no step with its token begins, then one alone until it got through; being turned away uses up no retry.',
  'quota-is-tried': 'When the time of a quota has come and there is room, a step that waits for it begins at once.',
  'sessions-go-on': 'An attempt is given the session that the step told last, unless the step has succeeded since.',
  'usage-counts-once': 'What an attempt used up is recorded exactly once, before its end, whatever that is.',
  'limits-are-kept': 'An attempt or a question that reached its time limit is ended at once.',
  'turns-are-limited': 'A loop makes no more turns than `max`, none after a break, and none before the last one is settled.',
  'cancel-holds':
    'After a cancel everything running is told to stop, and only always() and cancelled() steps start; after a second, none.',
  'nothing-after-the-end': 'Nothing happens after `run.finished` but a resume, and at that point nothing is left running.',
  'status-is-honest': '`run.finished` says what its steps say.',
  'run-ends': 'A run ends in bounded time, and at no moment waits for nothing.',
  'requests-count-once':
    'A request of another process is answered for exactly once, also when it comes again or no engine was there.',
  'answers-decide': 'A question ends by its answers: each only while it is open, and as many approvals as it wants.',
  'edits-are-told':
    'Files are looked at before anybody is asked to edit them, and an answer names some of them: at least one where something has to change.',
  'break-points-hold':
    'At a break point nothing begins, and no failure stands, before somebody has said so; what they say is what follows.',
  'starts-where-asked':
    'A run that starts at a step skips all that the step needs, at each level around it and in the first turn of a loop, and nothing else.',
  'repeats-are-ignored': 'A signal that comes twice or too late changes nothing.',
  'decide-changes-nothing':
    'The same state, signal, time and chance give the same events, and asking leaves the state as it was.',
  'view-agrees': 'What screens show of a step is what happened to it.',
  'no-crash': 'The scheduler does not throw.',
} as const;

export type InvariantName = keyof typeof invariants;

/** Thrown where an invariant is seen broken. */
export class Violation extends Error {
  readonly invariant: InvariantName;

  constructor(invariant: InvariantName, message: string, options: { cause?: unknown } = {}) {
    super(`${invariant}: ${message}\n  (${invariants[invariant]})`, options);
    this.invariant = invariant;
  }
}

/** Throws a violation unless the condition holds. */
export function hold(condition: boolean, invariant: InvariantName, message: () => string): asserts condition {
  if (!condition) throw new Violation(invariant, message());
}
