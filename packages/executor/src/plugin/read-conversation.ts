// Reads all that an action said on stdout and holds it against the protocol and the action's declaration.
// Not here: a single message (plugin-sdk), what holds whatever the outcome (read-told.ts).

import { readFileSync, statSync } from 'node:fs';
import type { ActionSignature } from '@workflow-platform/core';
import type { ActionMessage } from '@workflow-platform/plugin-sdk';
import { parseMessage } from '@workflow-platform/plugin-sdk';
import { decodeUtf8, tooLarge } from '../attempt/read-outputs.ts';
import { OUTPUT_BYTES_MAX } from '@workflow-platform/plugin-sdk';

/** What the messages of one action may take together. */
export const conversationBytesMax = 32 * 1024 * 1024;

export interface Conversation {
  readonly outputs: { readonly [name: string]: string };
  readonly artifacts: readonly { readonly name: string; readonly path: string }[];
  readonly log: readonly string[];
  /** Null when the action ended without one. */
  readonly result: {
    readonly status: 'success' | 'failure' | 'quota';
    readonly message: string | null;
    /** Of `quota`: when there is more, as it was told. */
    readonly resetAt: string | null;
    /** Of `failure`: what kind it is, where that is told. */
    readonly kind: 'output' | null;
  } | null;
  /** What broke the protocol; the rest was read up to there. */
  readonly problem: string | null;
}

/** Returns what was said in the file. */
export function readConversation(path: string, signature: ActionSignature): Conversation {
  const outputs: { [name: string]: string } = {};
  const artifacts: { name: string; path: string }[] = [];
  const log: string[] = [];
  let result: Conversation['result'] = null;
  const end = (problem: string | null): Conversation => ({ outputs, artifacts, log, result, problem });

  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > conversationBytesMax) return end(floodProblem);
  const text = size === 0 ? '' : decodeUtf8(readFileSync(path));
  if (text === null) return end('what it wrote to stdout is not UTF-8 text');
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseMessage(line);
    if (!parsed.ok) return end(`line ${index + 1} of its stdout (\`${shorten(line)}\`) is no message: ${parsed.problem}`);
    if (result !== null) return end(`line ${index + 1} of its stdout comes after the result, which must be the last message`);
    const { message } = parsed;
    const problem = problemOf(message, signature);
    if (problem !== null) return end(problem);
    if (message.type === 'output') outputs[message.name] = message.value;
    else if (message.type === 'artifact') artifacts.push({ name: message.name, path: message.path });
    else if (message.type === 'log')
      log.push(message.level === 'info' ? message.message : `${message.level}: ${message.message}`);
    else if (message.type === 'result') {
      const resetAt = message.status === 'quota' ? (message.resetAt ?? null) : null;
      const kind = message.status === 'quota' ? null : (message.kind ?? null);
      result = { status: message.status, message: message.message ?? null, resetAt, kind };
    }
  }
  return end(null);
}

/** Says that an action wrote far too much. */
export const floodProblem = `it wrote more than ${conversationBytesMax} bytes to stdout; log text belongs on stderr, large data into artifacts`;

/** Returns which output the action promised and did not give, or null. */
export function missingOutput(conversation: Conversation, signature: ActionSignature): string | null {
  return signature.outputs.find(({ name, required }) => required && !(name in conversation.outputs))?.name ?? null;
}

function problemOf(message: ActionMessage, signature: ActionSignature): string | null {
  if (message.type !== 'output') return null;
  const names = signature.outputs.map(({ name }) => name);
  if (names.length > 0 && signature.outputSchema === undefined && !names.includes(message.name)) {
    return `it gave the output \`${message.name}\`, which it does not declare; declared: ${names.join(', ')}`;
  }
  const size = Buffer.byteLength(message.value);
  return size > OUTPUT_BYTES_MAX ? tooLarge(message.name, size) : null;
}

function shorten(line: string): string {
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
