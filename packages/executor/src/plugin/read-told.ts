// Reads what an action tells of its work besides outputs and result: the session it can be taken up by, and usage. It holds
// whatever becomes of the attempt, so lines that are no messages are passed over here.
// Not here: the whole conversation, strictly (read-conversation.ts).

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Usage } from '@workflow-platform/events';
import { parseMessage } from '@workflow-platform/plugin-sdk';
import type { ActionMessage } from '@workflow-platform/plugin-sdk';
import type { AttemptTold } from '@workflow-platform/scheduler';
import { conversationBytesMax } from './read-conversation.ts';

/** Reads a conversation from where it was left, as it grows. */
export class ToldReader {
  readonly #path: string;
  #readBytes = 0;
  #rest: Buffer = Buffer.alloc(0);
  #session: string | null = null;
  readonly #usage: Usage[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns all that was told up to now. */
  read(): AttemptTold {
    const bytes = this.#more();
    const end = bytes.lastIndexOf(10) + 1;
    this.#rest = bytes.subarray(end);
    for (const line of bytes.toString('utf8', 0, end).split('\n')) this.#take(line);
    return { session: this.#session, usage: [...this.#usage] };
  }

  #more(): Buffer {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch {
      // Nothing was captured yet.
      return this.#rest;
    }
    try {
      const size = Math.min(fstatSync(file).size, conversationBytesMax);
      if (size <= this.#readBytes) return this.#rest;
      const more = Buffer.alloc(size - this.#readBytes);
      const read = readSync(file, more, 0, more.length, this.#readBytes);
      this.#readBytes += read;
      return Buffer.concat([this.#rest, more.subarray(0, read)]);
    } finally {
      closeSync(file);
    }
  }

  #take(line: string): void {
    // Outputs may be large, and there is nothing to be found in them.
    if (!/"type"\s*:\s*"(?:session|usage)"/.test(line)) return;
    const parsed = parseMessage(line);
    if (!parsed.ok) return;
    if (parsed.message.type === 'session') this.#session = parsed.message.id;
    else if (parsed.message.type === 'usage') this.#usage.push(usageOf(parsed.message));
  }
}

function usageOf(message: Extract<ActionMessage, { type: 'usage' }>): Usage {
  return {
    model: message.model ?? null,
    inputTokens: message.input_tokens ?? null,
    cachedTokens: message.cached_tokens ?? null,
    outputTokens: message.output_tokens ?? null,
    costUsd: message.cost_usd ?? null,
  };
}
