// What the updates of a session add up to: the last message, lines for the log, the cost.
// Not here: requests (acp-conversation.ts).

import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import { parsePath } from '../preset/json-path.ts';
import { costOfUpdate } from './acp-usage.ts';

export class UpdateReader {
  readonly #log: (line: string) => void;
  #text = '';
  #isTextOver = true;
  #cost: AgentUsage = {};
  readonly #tools = new Set<string>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** The last message of the turn. */
  get text(): string {
    return this.#text;
  }

  /** Of the session up to now. */
  get cost(): AgentUsage {
    return this.#cost;
  }

  /** Forgets what was said: a new turn begins. */
  begin(): void {
    this.#text = '';
    this.#isTextOver = true;
  }

  /** Writes the message that is under way to the log. */
  flush(): void {
    if (!this.#isTextOver) this.#log(this.#text);
    this.#isTextOver = true;
  }

  /** Takes the `update` of a `session/update` in. */
  take(update: Json): void {
    const kind = textAt('sessionUpdate', update);
    if (kind === 'agent_message_chunk') {
      const part = textAt('content.text', update);
      this.#text = this.#isTextOver ? part : this.#text + part;
      this.#isTextOver = false;
    } else if (kind === 'tool_call' || kind === 'tool_call_update') {
      this.flush();
      this.#tellTool(update);
    } else if (kind === 'usage_update') {
      this.#cost = { ...this.#cost, ...costOfUpdate(update) };
    }
  }

  #tellTool(update: Json): void {
    const [id, title, status] = [textAt('toolCallId', update), textAt('title', update), textAt('status', update)];
    if (!this.#tools.has(id) && title !== '') {
      this.#tools.add(id);
      this.#log(`tool ${title.replace(/\s+/g, ' ').slice(0, 200)}`);
    }
    if (status === 'failed') this.#log(`tool failed: ${title === '' ? id : title.replace(/\s+/g, ' ').slice(0, 200)}`);
  }
}

function textAt(path: string, value: Json): string {
  const [found] = parsePath(path)?.(value) ?? [];
  return typeof found === 'string' ? found : '';
}
