// The keys that leave a terminal: a word such as `ctrl-\` or `ctrl-p,ctrl-q`, and finding them in what is typed.
// Not here: what else becomes of it (attach-terminal.ts).

import { UserError } from '@workflow-platform/events';
import { exitCodes } from '../exit-codes.ts';

/** One key, so that none is held back; hardly a program wants this one, and it is under `--detach-keys` for those that do. */
export const DETACH_KEYS = 'ctrl-\\';

/** Returns the bytes of the keys. Throws a UserError for what is no list of them. */
export function parseDetachKeys(text: string): Buffer {
  return Buffer.from(text.split(',').map((key) => byteOf(key, text)));
}

function byteOf(key: string, text: string): number {
  const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key);
  if (control !== null) return control[1]!.toUpperCase().charCodeAt(0) & 0x1f;
  if (/^[!-~]$/.test(key)) return key.charCodeAt(0);
  throw new UserError('wrong-usage', `\`${text}\` names no keys`, {
    hint: 'write `ctrl-` and a letter or one of @ [ \\ ] ^ _, or a plain character; several with commas between: `ctrl-p,ctrl-q`',
    exitCode: exitCodes.usage,
  });
}

/** Finds the keys in what is typed. */
export class DetachKeys {
  readonly #keys: Buffer;
  /** How many of them have come. */
  #matched = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  /** Returns what of it is meant for the program. The beginning of the keys is held back until it is known what follows. */
  push(typed: Uint8Array): { readonly meant: Buffer; readonly isDetach: boolean } {
    const meant: number[] = [];
    for (const byte of typed) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched += 1;
        if (this.#matched === this.#keys.length) {
          this.#matched = 0;
          return { meant: Buffer.from(meant), isDetach: true };
        }
        continue;
      }
      meant.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) meant.push(byte);
    }
    return { meant: Buffer.from(meant), isDetach: false };
  }
}
