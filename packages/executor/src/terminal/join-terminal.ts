// Joins the terminal of an attempt, wherever its engine is.
// Not here: keys, windows and what to print (apps/cli).

import type { Socket } from 'node:net';
import { FrameReader, parseBody, renderFrame, TERMINAL_PROTOCOL } from './terminal-frames.ts';
import type { JoinRequest, TerminalSize } from './terminal-frames.ts';
import { connectTo } from './terminal-socket.ts';

/** A terminal that was joined. */
export interface JoinedTerminal {
  type(bytes: Uint8Array): void;
  resize(size: TerminalSize): void;
  /** Leaves; what runs there goes on. */
  leave(): void;
  /** Settles once: the program ended, this side left, or the other side is gone without a word. */
  readonly over: Promise<
    { readonly kind: 'ended'; readonly code: number } | { readonly kind: 'left' } | { readonly kind: 'lost' }
  >;
}

/** Joins. Returns null where nobody listens: the program has not begun, or is over. */
export async function joinTerminal(
  socketPath: string,
  request: JoinRequest,
  onOutput: (chunk: Buffer) => void,
): Promise<JoinedTerminal | null> {
  let socket: Socket;
  try {
    socket = await connectTo(socketPath);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return null;
    throw error;
  }
  const reader = new FrameReader();
  let hasLeft = false;
  const over = new Promise<Awaited<JoinedTerminal['over']>>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      for (const { kind, bytes } of reader.push(chunk)) {
        if (kind === 'O' && !hasLeft) onOutput(bytes);
        else if (kind === 'E')
          resolve({ kind: 'ended', code: Number((parseBody(bytes) as { code?: unknown } | null)?.code ?? 1) });
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(hasLeft ? { kind: 'left' } : { kind: 'lost' }));
  });
  socket.write(renderFrame('H', JSON.stringify({ version: TERMINAL_PROTOCOL, ...request })));
  return {
    type: (bytes) => void socket.write(renderFrame('I', bytes)),
    resize: ({ columns, rows }) => void socket.write(renderFrame('S', JSON.stringify({ columns, rows }))),
    leave: () => {
      hasLeft = true;
      socket.destroy();
    },
    over,
  };
}
