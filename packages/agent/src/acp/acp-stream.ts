// Turns the stdio of an agent into a stream of messages, within limits. Lines that are no messages go to the log: some agents
// print remarks to stdout.
// Not here: what messages mean (acp-conversation.ts).

import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import type { AgentProcess } from '../process/agent-process.ts';
import { LineSplitter } from '../process/line-splitter.ts';

export interface StreamEars {
  /** Every message of the agent, in order, before anybody answers it. */
  onMessage(message: AnyMessage): void;
  onStray(line: string): void;
  /** It floods; no more is read. */
  onFlood(error: unknown): void;
}

/** Returns the stream. It ends with the agent's stdout. */
export function acpStream(agent: AgentProcess, program: string, ears: StreamEars): Stream {
  const lines = new LineSplitter(program);
  let isOver = false;
  const readable = new ReadableStream<AnyMessage>({
    start(controller) {
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        controller.close();
      };
      agent.stdout.on('data', (chunk: Buffer) => {
        if (isOver) return;
        try {
          for (const line of lines.push(chunk)) {
            const message = parseMessage(line);
            if (message !== null) {
              ears.onMessage(message);
              controller.enqueue(message);
            } else if (line.trim() !== '') {
              lines.countStray(line);
              ears.onStray(line);
            }
          }
        } catch (error) {
          end();
          ears.onFlood(error);
        }
      });
      agent.stdout.on('end', end);
      agent.stdout.on('close', end);
    },
    // Nobody listens any more; what still comes is read and dropped, or the agent would be stuck with it.
    cancel() {
      isOver = true;
    },
  });
  const writable = new WritableStream<AnyMessage>({
    write: (message) =>
      new Promise<void>((resolve) => {
        // What cannot be written any more goes to an agent that is gone, which is told elsewhere.
        agent.stdin.write(`${JSON.stringify(message)}\n`, () => resolve());
      }),
  });
  return { readable, writable };
}

function parseMessage(line: string): AnyMessage | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as { readonly method?: unknown; readonly id?: unknown };
    return typeof value.method === 'string' || value.id !== undefined ? (value as AnyMessage) : null;
  } catch {
    return null;
  }
}
