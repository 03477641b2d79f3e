// Those who have joined a terminal. All of them see what the program writes and may type, unless they said they only watch. The window
// has the size of whoever joined or typed last, so that the one who works fits and the others make do.
// Not here: the program (pty.ts), what it wrote before they came (recent-output.ts).

import type { Socket } from 'node:net';
import { FrameReader, parseBody, parseSize, renderFrame, TERMINAL_PROTOCOL } from './terminal-frames.ts';
import type { Frame, TerminalEnd, TerminalSize } from './terminal-frames.ts';

export interface GuestsOptions {
  /** What a window that joins now has to be told first. */
  replay(): Buffer;
  /** `isFresh`: the window shows nothing yet, so the program has to draw again even if the size stays. */
  onSize(size: TerminalSize, how: { readonly isFresh: boolean }): void;
  onInput(bytes: Buffer): void;
  /** Somebody came or went. */
  onChange(): void;
}

interface Guest {
  readonly socket: Socket;
  readonly readOnly: boolean;
  size: TerminalSize;
  /** It does not take what it is sent. It is left out until it has caught up, and then told how things stand. */
  isBehind: boolean;
}

/** Somebody may read this much later than it is written. */
const UNREAD_BYTES_MAX = 1024 * 1024;

export class TerminalGuests {
  readonly #options: GuestsOptions;
  readonly #guests = new Set<Guest>();
  /** Whose window the program has. */
  #leader: Guest | null = null;

  constructor(options: GuestsOptions) {
    this.#options = options;
  }

  /** Whether somebody is there who could type. */
  get hasTypists(): boolean {
    return [...this.#guests].some(({ readOnly }) => !readOnly);
  }

  /** Takes a connection in. Who breaks the protocol is sent away. */
  welcome(socket: Socket): void {
    const reader = new FrameReader();
    let guest: Guest | null = null;
    const leave = (): void => {
      socket.destroy();
      if (guest === null || !this.#guests.delete(guest)) return;
      if (this.#leader === guest) this.#leader = null;
      this.#options.onChange();
    };
    socket.on('error', leave).on('close', leave).on('end', leave);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) {
          if (guest !== null) this.#hear(guest, frame);
          else {
            guest = parseGuest(socket, frame);
            if (guest === null) return leave();
            this.#join(guest);
          }
        }
      } catch {
        leave();
      }
    });
  }

  /** Passes output on to all of them. */
  tell(chunk: Buffer): void {
    if (this.#guests.size === 0) return;
    const frame = renderFrame('O', chunk);
    for (const guest of this.#guests) if (!guest.isBehind) this.#send(guest, frame);
  }

  /** Tells them that it is over. Resolves when they know, or have had time enough. */
  async close(end: TerminalEnd, patienceMs: number): Promise<void> {
    const frame = renderFrame('E', JSON.stringify(end));
    const told = [...this.#guests].map(
      ({ socket }) =>
        new Promise<void>((resolve) => {
          socket.once('close', () => resolve());
          socket.end(frame, resolve);
        }),
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([Promise.all(told), patience]);
    clearTimeout(timer);
    for (const { socket } of this.#guests) socket.destroy();
  }

  #join(guest: Guest): void {
    this.#guests.add(guest);
    this.#send(guest, renderFrame('O', this.#options.replay()));
    this.#lead(guest, { isFresh: true });
    this.#options.onChange();
  }

  #hear(guest: Guest, { kind, bytes }: Frame): void {
    if (kind === 'I') {
      if (guest.readOnly) return;
      this.#lead(guest, { isFresh: false });
      this.#options.onInput(bytes);
    } else if (kind === 'S') {
      const size = parseSize(parseBody(bytes));
      if (size === null) return;
      guest.size = size;
      if (this.#leader === guest) this.#options.onSize(size, { isFresh: false });
    } else throw new Error(`an unknown frame \`${kind}\``);
  }

  #lead(guest: Guest, how: { readonly isFresh: boolean }): void {
    if (guest.readOnly) {
      // Its window is drawn in the size that the others have.
      if (how.isFresh) this.#options.onSize(this.#leader?.size ?? guest.size, how);
      return;
    }
    if (this.#leader === guest && !how.isFresh) return;
    this.#leader = guest;
    this.#options.onSize(guest.size, how);
  }

  #send(guest: Guest, frame: Buffer): void {
    const { socket } = guest;
    if (socket.write(frame) || socket.writableLength <= UNREAD_BYTES_MAX) return;
    guest.isBehind = true;
    socket.once('drain', () => {
      guest.isBehind = false;
      this.#send(guest, renderFrame('O', Buffer.concat([CLEAR, this.#options.replay()])));
      this.#options.onSize(this.#leader?.size ?? guest.size, { isFresh: true });
    });
  }
}

const CLEAR = Buffer.from('\u001b[0m\u001b[H\u001b[2J');

function parseGuest(socket: Socket, { kind, bytes }: Frame): Guest | null {
  const body = parseBody(bytes);
  const size = parseSize(body);
  if (kind !== 'H' || size === null) return null;
  const { version, readOnly } = body as { readonly [key: string]: unknown };
  return version === TERMINAL_PROTOCOL ? { socket, readOnly: readOnly === true, size, isBehind: false } : null;
}
