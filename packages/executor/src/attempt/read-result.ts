// Reads what an attempt left once its process has ended: what an action said, outputs, and what all that makes of its end.
// It may be read again after a crash, so nothing that it is read from is removed here.
// Not here: starting and stopping it (run-attempt.ts).

import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ExpressionEvaluationError, withInputs } from '@workflow-platform/core';
import type { ActionSignature, ExpressionScope, PlanAttemptStep, PlanOutput } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { Failure } from '@workflow-platform/events';
import { floodProblem, missingOutput, readConversation } from '../plugin/read-conversation.ts';
import type { AttemptFiles } from './attempt-files.ts';
import { AttemptProblem } from './attempt-problem.ts';
import { collectOutputs } from './collect-outputs.ts';
import { exitCodeOf, failureOf } from './explain-end.ts';
import type { LaunchEnd } from './launch-request.ts';
import { maskText } from './mask-secrets.ts';
import { quotaFailure } from './quota-failure.ts';

/** What has to be known to read it. */
export interface ResultSource {
  readonly plan: PlanAttemptStep;
  readonly files: AttemptFiles;
  /** The action it carried out by the protocol; null for commands of the author's own. */
  readonly signature: ActionSignature | null;
  /** What was started. */
  readonly program: string;
  /** Where the step's values are found, its `env` included. */
  readonly scope: ExpressionScope;
  readonly isFlooded: boolean;
  /** Values that must not get into what is recorded. */
  readonly secrets: { readonly [name: string]: string };
  /** When its process ended. */
  readonly endedAtMs: number;
  /** Keeps a file of the step as an artifact; returns what is wrong, or null. */
  keepArtifact(name: string, path: string): Promise<string | null>;
}

/** What a success leaves. */
export interface ReadResult {
  readonly exitCode: number;
  readonly outputs: { readonly [name: string]: string };
}

/** Returns what it left. Throws an AttemptProblem when it failed, and what an expression throws. */
export async function readResult(end: LaunchEnd, source: ResultSource): Promise<ReadResult> {
  try {
    return await readEnd(end, source);
  } catch (error) {
    const { quota } = source.plan;
    if (!(error instanceof AttemptProblem) || quota === undefined) throw error;
    const { log, stdout } = source.files;
    const endOfOutput = (): readonly string[] => [log, stdout].map((file) => maskText(lastLinesOf(file), source.secrets));
    const failure = quotaFailure(error.failure, quota, endOfOutput, source.endedAtMs);
    throw failure === null ? error : new AttemptProblem(failure, error.exitCode);
  }
}

async function readEnd(end: LaunchEnd, source: ResultSource): Promise<ReadResult> {
  const { plan, files, signature, program } = source;
  const told = signature === null ? {} : await readAction(end, signature, source);
  const failure = failureOf(end, program, () => tailOf(files.log));
  if (failure !== null) throw new AttemptProblem(failure, exitCodeOf(end));
  const declared = [...plan.outputs, ...outputsOf(signature, plan.outputs)];
  const scope = withInputs(source.scope, plan.inputs);
  const collected = collectOutputs({ files, declared, told, isOpen: signature?.outputSchema !== undefined, scope });
  if (!collected.ok) throw new AttemptProblem({ kind: 'output', message: collected.problem }, exitCodeOf(end));
  return { exitCode: exitCodeOf(end) ?? 0, outputs: collected.outputs };
}

/** Returns the failure that an error while an attempt was prepared or read means. What means none is thrown on. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AttemptProblem) return error.failure;
  if (error instanceof ExpressionEvaluationError) return { kind: 'expression', source: error.source, message: error.message };
  if (error instanceof UserError)
    return { kind: 'spawn', message: error.hint === null ? error.message : `${error.message} (${error.hint})` };
  // The world's refusal to take the attempt's files: no room, no permission.
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return { kind: 'spawn', message };
  throw error;
}

/** Adds lines to an attempt's log, unless they stand at its end already: what is read again after a crash is said once. */
export function say(log: string, text: string): void {
  if (!tailOf(log).endsWith(text)) appendFileSync(log, text, { mode: 0o600 });
}

/** Returns the outputs that an action told. Throws with what it said of its failure, or with how it broke the protocol. */
async function readAction(
  end: LaunchEnd,
  signature: ActionSignature,
  { plan, files, isFlooded, keepArtifact }: ResultSource,
): Promise<{ readonly [name: string]: string }> {
  const broken = (problem: string): AttemptProblem =>
    new AttemptProblem({ kind: 'output', message: `${signature.reference}: ${problem}` }, exitCodeOf(end));
  const said = readConversation(files.stdout, signature);
  if (said.log.length > 0) say(files.log, `${said.log.join('\n')}\n`);
  if (isFlooded) throw broken(floodProblem);
  if (said.problem !== null) throw broken(said.problem);
  for (const { name, path } of said.artifacts) {
    const problem = await keepArtifact(name, path);
    if (problem !== null) throw broken(problem);
  }
  if (said.result !== null && said.result.status !== 'success') {
    const { status, message, resetAt } = said.result;
    if (message !== null) say(files.log, `error: ${message}\n`);
    if (status === 'quota') throw new AttemptProblem(toldQuota(plan, message, resetAt), exitCodeOf(end));
    if (said.result.kind === 'output' && end.kind === 'exited')
      throw new AttemptProblem({ kind: 'output', message: message ?? 'its output breaks its declaration' }, exitCodeOf(end));
    const code = (end.kind === 'exited' && end.code) || 1;
    throw new AttemptProblem({ kind: 'exit', code, ...(message === null ? {} : { hint: message }) }, exitCodeOf(end));
  }
  if (end.kind !== 'exited') return {};
  if (said.result === null) throw broken(`it ended with status ${end.code} before it told a result`);
  const missing = end.code === 0 ? missingOutput(said, signature) : null;
  if (missing !== null) throw broken(`it ended without the output \`${missing}\`, which it declares as required`);
  return said.outputs;
}

/** What an action says of a quota. A step that does not say what the quota is of has nothing to wait for. */
function toldQuota({ quota }: PlanAttemptStep, message: string | null, resetAt: string | null): Failure {
  if (quota !== undefined)
    return { kind: 'quota', token: quota.token, resetAtMs: resetAt === null ? null : Date.parse(resetAt), message };
  const hint = `${message ?? 'its quota is used up'}; with \`quota = { token = "…" }\` the step would wait`;
  return { kind: 'exit', code: 1, hint };
}

/** Outputs that an action declares and the step does not repeat. */
function outputsOf(signature: ActionSignature | null, own: readonly PlanOutput[]): readonly PlanOutput[] {
  return (signature?.outputs ?? []).filter(({ name }) => own.every((output) => output.name !== name));
}

/** The last text of a file, to look for what a shell said. */
function tailOf(path: string, bytesMax = 2048): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, bytesMax));
      const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8', 0, read);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** The last whole lines of a file, as far as they are looked at for a quota. */
function lastLinesOf(path: string): string {
  const text = tailOf(path, OUTPUT_END_BYTES);
  const isCut = Buffer.byteLength(text) >= OUTPUT_END_BYTES;
  return isCut ? text.slice(text.indexOf('\n') + 1) : text;
}

const OUTPUT_END_BYTES = 16 * 1024;
