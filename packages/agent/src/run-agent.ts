// Carries out one request to an agent: asks, checks the answer, asks again in the same session, at most so often.
//
//   open ──ask──► turn over ──holds──► answer
//     │              │ ▲
//     │ session gone │ └── ask again (at most `reasksMax` times)
//     └─► open anew  └─ does not hold, no more asking ──► failure `output`
//
// Invariant: a session is told the moment it is known, and usage after every turn, whatever becomes of the turn.
// Not here: how an agent is talked to (events/, acp/), which of its outputs a step gets (the engine).

import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import type { AgentAnswer, AgentEars, AgentTask } from './agent-task.ts';
import { SessionGone } from './conversation.ts';
import type { Conversation, Turn } from './conversation.ts';
import { eventConversation } from './events/event-conversation.ts';
import { makeOutputCheck } from './output/check-output.ts';
import type { CheckedOutput } from './output/check-output.ts';
import { askAgain, promptToGoOn, promptWithSchema } from './output/words.ts';
import { addUsage, isKnown } from './usage.ts';

/** Asks the agent; see askAgent. */
export async function runAgent(task: AgentTask, ears: AgentEars): Promise<AgentAnswer> {
  const check = task.outputSchema === null ? null : await makeOutputCheck(task.outputSchema);
  const counting = new CountingEars(ears);
  try {
    return await converse(task, counting, check);
  } catch (error) {
    if (!(error instanceof SessionGone) || task.session?.isOwn !== true || task.signal.aborted) throw error;
    ears.log(`${error.message}; a new session begins`);
    return await converse({ ...task, session: null }, counting, check);
  }
}

async function converse(
  task: AgentTask,
  ears: CountingEars,
  check: ((text: string) => CheckedOutput) | null,
): Promise<AgentAnswer> {
  const conversation = await open(task, ears);
  try {
    const asked = task.outputSchema === null ? task.prompt : promptWithSchema(task.prompt, task.outputSchema);
    let turn = await conversation.ask(task.session?.isOwn === true ? promptToGoOn(asked) : asked);
    for (let turns = 1; ; turns++) {
      const checked = check?.(turn.text) ?? null;
      if (checked === null || checked.ok) return answer(turn, checked?.value, ears.used, turns);
      ears.log(`the answer does not hold against the schema: ${checked.problems.join('; ')}`);
      if (turns > task.reasksMax) throw brokenOutput(checked.problems, turns);
      if (!conversation.canGoOn())
        throw brokenOutput([...checked.problems, 'it cannot be asked again in the same session'], turns);
      turn = await conversation.ask(askAgain(checked.problems));
    }
  } finally {
    await conversation.close();
  }
}

async function open(task: AgentTask, ears: AgentEars): Promise<Conversation> {
  if (task.preset.transport === 'events') return eventConversation(task, ears);
  const { acpConversation } = await import('./acp/acp-conversation.ts');
  return acpConversation(task, ears);
}

function answer({ text, session }: Turn, json: Json | undefined, usage: AgentUsage, turns: number): AgentAnswer {
  return { text, json, session, usage, turns };
}

function brokenOutput(problems: readonly string[], turns: number): ActionError {
  const times = turns === 1 ? 'its answer does' : `its ${turns} answers do`;
  return new ActionError(
    `the agent was asked for JSON, and ${times} not hold against \`output_schema\`: ${problems.join('; ')}; the answers are in the log`,
    {
      kind: 'output',
    },
  );
}

/** Passes everything on and adds usage up, also over conversations that came to nothing. */
class CountingEars implements AgentEars {
  readonly #ears: AgentEars;
  used: AgentUsage = {};

  constructor(ears: AgentEars) {
    this.#ears = ears;
  }

  log(message: string): void {
    this.#ears.log(message);
  }

  openSession(id: string): void {
    this.#ears.openSession(id);
  }

  askPerson(question: string, signal: AbortSignal): Promise<boolean> {
    return this.#ears.askPerson(question, signal);
  }

  usage(used: AgentUsage): void {
    if (!isKnown(used)) return;
    this.used = addUsage(this.used, used);
    this.#ears.usage(used);
  }
}
