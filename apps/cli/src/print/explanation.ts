// Why a step is where it is, for people: a heading and a section for each part of its explanation that says something.
// Not here: what is explained (scheduler), the data (`--json` prints it as it is).

import { unreachable } from '@workflow-platform/events';
import type {
  AgainExplanation,
  AttemptExplanation,
  ConditionExplanation,
  NeedExplanation,
  RetryAnswer,
  StepEnd,
  StepExplanation,
  WaitExplanation,
  PersonExplanation,
} from '@workflow-platform/scheduler';
import { outcomeText } from './cache-text.ts';
import { unpausedText } from './event-line.ts';
import { changeText, failureText, rerunText, shownValue, skipText, stopText } from './failure-text.ts';
import { formatAgo, formatCount, formatDuration } from './format.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';

/** How it is shown. */
export interface ExplanationLook {
  readonly style: Style;
  readonly nowMs: number;
  /** What the whole run waits for, or null: an unfinished run that nobody drives goes on by itself no more. */
  readonly runNote: string | null;
}

type Section = (
  explanation: StepExplanation,
  look: ExplanationLook,
) => { readonly title: string; readonly lines: readonly string[] };

/** The parts in the order in which they are shown; one without lines is left out. */
const sections: readonly Section[] = [
  ({ again }, look) => ({ title: 'Taken up again', lines: again === null ? [] : againLines(again, look) }),
  ({ needs }) => ({ title: 'Needs', lines: needs.map(needLine) }),
  ({ when }) => ({ title: 'Condition', lines: when === null ? [] : conditionLines(when) }),
  ({ attempts, retry }, look) => ({
    title:
      retry === null
        ? 'Attempts'
        : `Attempts (${retry.max === 0 ? 'no retries' : `up to ${formatCount(retry.max, 'retry', 'retries')}`})`,
    lines: attempts.map((attempt) => attemptLine(attempt, look)),
  }),
  ({ people }, look) => ({ title: 'People', lines: people.map((person) => personLine(person, look)) }),
  ({ cache }) => ({ title: 'Cache', lines: cache === null ? [] : [outcomeText({ cache })] }),
  ({ waitsFor }, look) => ({
    title: 'Waits for',
    lines: [...(look.runNote === null ? [] : [look.runNote]), ...waitsFor.map((wait) => waitText(wait, look))],
  }),
];

/** `approved by ada@laptop 2m ago: looks good; note = "after lunch"`. */
function personLine(person: PersonExplanation, { nowMs }: ExplanationLook): string {
  const { by, atMs, message } = person;
  const what = person.kind === 'unpaused' ? unpausedText(person.choice) : person.approved ? 'approved' : 'rejected';
  const fields = person.kind === 'answered' ? Object.entries(person.fields) : [];
  const said = message === '' ? '' : `: ${harmless(message)}`;
  return [
    `${what} by ${harmless(by)} ${formatAgo(atMs, nowMs)}${said}`,
    ...fields.map(([name, value]) => `${harmless(name)} = ${shownValue(value)}`),
  ].join('; ');
}

/** Renders all that is known. */
export function renderExplanation(explanation: StepExplanation, look: ExplanationLook): string {
  const { style } = look;
  const lines = [`${style.bold(harmless(explanation.step))}  ${stateText(explanation, look)}`];
  for (const section of sections) {
    const { title, lines: inner } = section(explanation, look);
    if (inner.length > 0) lines.push('', style.bold(title), ...inner.map((line) => `  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

/** What matters most, in one line: why it ran again, else what it waits for, else how it ended. */
export function explanationLine({ again, end, waitsFor }: StepExplanation, look: ExplanationLook): string {
  const [wait] = waitsFor;
  const parts = [
    end === null ? (wait === undefined ? '' : `waits for ${waitText(wait, look)}`) : endText(end),
    again === null ? '' : againText(again),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function stateText({ state, end }: StepExplanation, { style, nowMs }: ExplanationLook): string {
  const why = end === null ? '' : endText(end);
  return `${state}${why === '' ? '' : `: ${why}`}${end === null ? '' : style.dim(`  ${formatAgo(end.atMs, nowMs)}`)}`;
}

function endText(end: StepEnd): string {
  switch (end.kind) {
    case 'succeeded':
    case 'cancelled':
      return '';
    case 'failed':
      return `${failureText(end.failure)}${end.allowed ? ' (allowed)' : ''}`;
    case 'skipped':
      return skipText(end.reason);
    default:
      return unreachable(end);
  }
}

function againLines(again: AgainExplanation, { nowMs }: ExplanationLook): string[] {
  const { reason } = again;
  const changes = reason?.kind === 'inputs' ? reason.changes.map(changeText) : [];
  const by = ` by ${harmless(again.by)} ${formatAgo(again.atMs, nowMs)}`;
  return [againText({ ...again, reason: changes.length > 0 ? null : reason }, by), ...changes];
}

function againText({ kind, retry, isReused, reason }: AgainExplanation, by = ''): string {
  const named = retry === null ? '' : harmless(retry.step);
  switch (kind) {
    case 'asked':
      return `asked for again${by}`;
    case 'holds':
      return `${named} in it was asked for again${by}`;
    case 'unsuccessful':
      return `it had not succeeded when the run was taken up again${by}`;
    case 'follows': {
      const comes = `comes after ${named}, which was asked for again${by}`;
      if (isReused) return `${comes}; it reads the same as before, so its result counts again`;
      return reason === null ? comes : `${comes}: ${rerunText(reason)}`;
    }
    default:
      return unreachable(kind);
  }
}

function needLine({ step, outcome, conclusion }: NeedExplanation): string {
  if (outcome === null) return `${harmless(step)} is not over yet`;
  return `${harmless(step)} ended with ${outcome}${outcome === conclusion ? '' : `, counts as ${conclusion}`}`;
}

function conditionLines({ source, holds, parts, facts }: ConditionExplanation): string[] {
  // Most steps have none, and all that it says is in their needs.
  if (source === null) return [];
  const verdict = holds === null ? 'not decided yet' : holds ? 'holds' : 'does not hold';
  return [
    `${harmless(source)}: ${verdict}`,
    ...parts.map(({ name, value }) => `  ${harmless(name)} is ${shownValue(value)}`),
    ...facts.map(({ query, answer }) => `  seen in the workspace: ${harmless(query)} is ${shownValue(answer)}`),
  ];
}

function attemptLine(attempt: AttemptExplanation, look: ExplanationLook): string {
  const { endedAtMs, startedAtMs, stopping } = attempt;
  const tookMs = (endedAtMs ?? look.nowMs) - startedAtMs;
  const isStopped = stopping === null ? '' : ` (stopped: ${stopText(stopping)})`;
  const outcome = endedAtMs === null ? 'has run for' : attempt.failure === null ? 'succeeded after' : 'failed after';
  const failure = attempt.failure === null ? '' : `: ${failureText(attempt.failure)}`;
  return `${attempt.attempt}  ${outcome} ${formatDuration(tookMs)}${failure}${isStopped}${answerText(attempt.answer, look)}`;
}

function answerText(answer: RetryAnswer | null, { nowMs }: ExplanationLook): string {
  switch (answer?.kind) {
    case undefined:
      return '';
    case 'again':
      return answer.atMs > nowMs ? `; another one in ${formatDuration(answer.atMs - nowMs)}` : '; tried again';
    case 'quota':
      return `; another one when there is quota of ${harmless(answer.token)}`;
    case 'used-up':
      return answer.max === 0 ? '; there are no retries' : `; all ${formatCount(answer.max, 'retry', 'retries')} are used up`;
    case 'not-tried-again':
      return '; a failure that is not tried again';
    case 'ending':
      return '; not tried again, as the step is being ended';
    default:
      return unreachable(answer);
  }
}

function waitText(wait: WaitExplanation, { nowMs }: ExplanationLook): string {
  switch (wait.kind) {
    case 'workspace':
      return 'the workspace';
    case 'needs':
    case 'inside':
      return list(wait.steps);
    case 'room':
      return `room: max_parallel = ${wait.maxParallel} is taken by ${list(wait.taken)}`;
    case 'items':
      return `room in ${harmless(wait.foreach)}: its max_parallel is ${wait.maxParallel}`;
    case 'break':
      return `${harmless(wait.step)}, which may end the turn`;
    case 'look':
      return `a look into the workspace: ${list(wait.queries)}`;
    case 'answer':
      return `an answer${wait.untilMs === null ? '' : `, for another ${formatDuration(Math.max(0, wait.untilMs - nowMs))}`}`;
    case 'break-point':
      return wait.at === 'before' ? 'somebody to let it begin' : 'somebody to say what becomes of its failure';
    case 'backoff':
      return `its attempt ${wait.attempt}, in ${formatDuration(Math.max(0, wait.untilMs - nowMs))}`;
    case 'quota': {
      const first =
        wait.untilMs === null || wait.untilMs <= nowMs
          ? 'another step tries first'
          : `in ${formatDuration(wait.untilMs - nowMs)}`;
      return `quota of ${harmless(wait.token)}: ${first}`;
    }
    case 'turn':
      return `its turn ${wait.iteration}, in ${formatDuration(Math.max(0, wait.atMs - nowMs))}`;
    case 'attempt': {
      const limit =
        wait.limitMs === null
          ? ''
          : `; its timeout ends it in ${formatDuration(Math.max(0, wait.startedAtMs + wait.limitMs - nowMs))}`;
      return `its attempt ${wait.attempt} to end${limit}`;
    }
    default:
      return unreachable(wait);
  }
}

const NAMES_MAX = 6;

function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).map(harmless).join(', ');
  return names.length > NAMES_MAX ? `${shown} and ${names.length - NAMES_MAX} more` : shown;
}
