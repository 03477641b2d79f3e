// Keeps the values of secret parameters out of what is recorded of an attempt: a step may echo one into its outputs, a server
// into the message of a failure.
// Not here: logs, which steps write themselves.

import type { AttemptResult, AttemptTold } from '@workflow-platform/scheduler';

/** What stands in the place of a secret. */
export const MASK = '***';

/** Shorter ones would be found everywhere. */
const LENGTH_MIN = 4;

/** Returns the result without secrets, and the names of the outputs that held one. */
export function maskSecrets(
  result: AttemptResult,
  secrets: { readonly [name: string]: string },
): { readonly result: AttemptResult; readonly masked: readonly string[] } {
  const wanted = secretTexts(secrets);
  if (wanted.length === 0) return { result, masked: [] };
  const masked: string[] = [];
  const told = result.told === undefined ? {} : { told: maskTold(result.told, wanted) };
  if (result.kind === 'failed') return { result: { ...result, ...told, failure: maskFields(result.failure, wanted) }, masked };
  const outputs: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(result.outputs)) {
    outputs[name] = mask(value, wanted);
    if (outputs[name] !== value) masked.push(name);
  }
  return { result: { ...result, ...told, outputs }, masked };
}

/** Returns whether a text holds one of them. */
export function holdsSecret(text: string, secrets: { readonly [name: string]: string }): boolean {
  return secretTexts(secrets).some((secret) => text.includes(secret));
}

/** Returns a text without secrets: before a part of it is cut out, in which half a secret would not be found. */
export function maskText(text: string, secrets: { readonly [name: string]: string }): string {
  return mask(text, secretTexts(secrets));
}

/** Returns secrets as they are and as they stand in JSON; the longest first, as one may be part of another. */
export function secretTexts(secrets: { readonly [name: string]: string }): readonly string[] {
  const texts = Object.values(secrets).flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(texts)].filter((text) => text.length >= LENGTH_MIN).sort((a, b) => b.length - a.length);
}

function maskFields<T extends object>(fields: T, wanted: readonly string[]): T {
  const entries = Object.entries(fields).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && name !== 'kind' ? mask(value, wanted) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

/** A session that holds a secret could not be taken up by what is left of its name. */
function maskTold({ session, usage }: AttemptTold, wanted: readonly string[]): AttemptTold {
  const isSafe = session === null || !wanted.some((secret) => session.includes(secret));
  return { session: isSafe ? session : null, usage: usage.map((one) => maskFields(one, wanted)) };
}

function mask(text: string, wanted: readonly string[]): string {
  let masked = text;
  for (const secret of wanted) masked = masked.replaceAll(secret, MASK);
  return masked;
}
