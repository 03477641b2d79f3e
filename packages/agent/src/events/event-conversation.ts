// A conversation with a command line that prints JSON events: a process for each turn, the later ones going on with the session.
// Not here: what the events mean (event-reader.ts).

import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import type { AgentEars, AgentTask } from '../agent-task.ts';
import type { Conversation, Turn } from '../conversation.ts';
import { explainFailure } from '../explain-failure.ts';
import { startAgent } from '../process/agent-process.ts';
import type { AgentProcess, ProcessEnd } from '../process/agent-process.ts';
import { LineSplitter } from '../process/line-splitter.ts';
import { Pulse } from '../pulse.ts';
import { addUsage } from '../usage.ts';
import { commandOf } from './command-of.ts';
import { EventReader } from './event-reader.ts';

/** Returns the conversation; nothing is started yet. */
export function eventConversation(task: AgentTask, ears: AgentEars): Conversation {
  return new EventConversation(task, ears);
}

class EventConversation implements Conversation {
  readonly #task: AgentTask;
  readonly #ears: AgentEars;
  readonly #pulse: Pulse;
  #session: string | null;
  #usedInSession: AgentUsage;
  #toldSession: string | null = null;

  constructor(task: AgentTask, ears: AgentEars) {
    this.#task = task;
    this.#ears = ears;
    this.#pulse = new Pulse((message) => ears.log(message));
    this.#session = task.session?.id ?? null;
    this.#usedInSession = task.session?.usedBefore ?? {};
  }

  canGoOn(): boolean {
    return this.#session !== null && this.#task.preset.resumeArgs !== null;
  }

  async close(): Promise<void> {}

  async ask(prompt: string): Promise<Turn> {
    const { preset, cwd, signal } = this.#task;
    const command = commandOf(this.#task, this.#session, prompt);
    const agent = startAgent({ preset, cwd, ...command });
    const reader = new EventReader(preset.events, this.#usedInSession);
    const onAbort = (): void => agent.terminate();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      agent.stdin.end(command.stdin);
      if (signal.aborted) agent.terminate();
      const end = await this.#follow(agent, reader);
      return this.#judge(end, reader, agent.remark());
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#tellUsage(reader);
    }
  }

  async #follow(agent: AgentProcess, reader: EventReader): Promise<ProcessEnd> {
    const lines = new LineSplitter(this.#program);
    let flood: unknown = null;
    agent.stdout.on('data', (chunk: Buffer) => {
      if (flood !== null) return;
      try {
        for (const line of lines.push(chunk)) this.#take(line, reader, lines);
      } catch (error) {
        flood = error;
        agent.terminate();
      }
    });
    const end = await agent.ended;
    if (flood !== null) throw flood;
    this.#take(lines.rest(), reader, lines);
    return end;
  }

  #take(line: string, reader: EventReader, lines: LineSplitter): void {
    if (line.trim() === '') return;
    const event = parseEvent(line);
    if (event === undefined) {
      lines.countStray(line);
      return this.#pulse.log(line);
    }
    for (const text of reader.take(event)) this.#pulse.log(text);
    this.#pulse.beat();
    const { session } = reader.state;
    if (session !== null && session !== this.#toldSession) {
      this.#toldSession = session;
      this.#session = session;
      this.#ears.openSession(session);
    }
  }

  #judge(end: ProcessEnd, reader: EventReader, remark: string): Turn {
    const { text, error, isDone, understood } = reader.state;
    const { preset, signal } = this.#task;
    if (signal.aborted) throw new ActionError(`the agent \`${preset.name}\` was told to end`);
    const isDoneTold = preset.events.some((rule) => rule.isDone);
    if (end.isSuccess && (isDone || (!isDoneTold && error === null && understood > 0)))
      return { text, session: this.#session, usage: reader.usage };
    const why = error ?? lastLine(remark);
    if (understood === 0 && end.isSuccess)
      throw new ActionError(`\`${this.#program}\` said nothing that the preset \`${preset.name}\` understands${because(why)}`);
    const message = `the agent \`${preset.name}\` ended with ${end.how} before its turn was over${because(why)}`;
    throw explainFailure(this.#task, message, `${error ?? ''}\n${remark}`);
  }

  #tellUsage(reader: EventReader): void {
    const { usage } = reader;
    this.#usedInSession = addUsage(this.#usedInSession, usage);
    this.#ears.usage(usage);
  }

  get #program(): string {
    return this.#task.command?.[0] ?? this.#task.preset.program;
  }
}

function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}

function parseEvent(line: string): Json | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return (
    text
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
