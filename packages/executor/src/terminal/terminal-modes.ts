// Knows in which state the output of a program has left a terminal, so that a window that joins later can be put into it, and one
// that leaves can be put back. Takes the text of the main screen apart from that of the alternate one, which nobody wants to see
// again once a full-screen program is gone.
// Not here: what stands on the screen. A program draws that again when its window changes.

/** Modes that are told by `CSI ? N h` and undone by `CSI ? N l`: cursor keys, mouse, focus, pasting, colours. */
const PLAIN_MODES: ReadonlySet<number> = new Set([
  1, 5, 6, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 2004, 2031,
]);
const ALTERNATE_SCREENS: ReadonlySet<number> = new Set([47, 1047, 1049]);
const CURSOR = 25;
const WRAP = 7;

const ESC = 0x1b;
const CSI = '\u001b[';
/** Of what a chunk ends in the middle of, so much is waited for. */
const SEQUENCE_BYTES_MAX = 64;

export class TerminalModes {
  readonly #on = new Set<number>();
  #alternate: number | null = null;
  #hasKeypad = false;
  #hidesCursor = false;
  #cutsLines = false;
  /** Only some rows scroll. Told to nobody who joins: the program sets that again when it draws. */
  #hasMargins = false;
  /** Flags of the keyboard protocol that programs push and pop. */
  #keyboard: string[] = [];
  #modifiedKeys: string | null = null;
  /** The beginning of a sequence whose end has not come yet. */
  #pending: Buffer = Buffer.alloc(0);

  /** The program draws on a screen of its own. */
  get isAlternate(): boolean {
    return this.#alternate !== null;
  }

  /** Takes more output in. Returns what of it belongs to the main screen. */
  push(chunk: Uint8Array): Buffer {
    const bytes = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    const main: Buffer[] = [];
    let from = 0;
    for (let at = bytes.indexOf(ESC); ; at = bytes.indexOf(ESC, at)) {
      if (at === -1) at = bytes.length;
      const length = at === bytes.length ? 0 : sequenceLength(bytes, at);
      const isCut = length === null && bytes.length - at <= SEQUENCE_BYTES_MAX;
      if (at === bytes.length || isCut) {
        if (!this.isAlternate) main.push(bytes.subarray(from, at));
        this.#pending = bytes.subarray(at);
        return Buffer.concat(main);
      }
      const end = at + (length ?? 1);
      const wasAlternate = this.isAlternate;
      this.#note(bytes.toString('latin1', at + 1, end));
      if (this.isAlternate !== wasAlternate) {
        if (!wasAlternate) main.push(bytes.subarray(from, at));
        from = end;
      }
      at = end;
    }
  }

  /** Returns what puts a fresh window into the same state. */
  enter(): string {
    let text = this.#alternate === null ? '' : `${CSI}?${this.#alternate}h${CSI}H${CSI}2J`;
    for (const mode of this.#on) text += `${CSI}?${mode}h`;
    if (this.#hasKeypad) text += '\u001b=';
    for (const flags of this.#keyboard) text += `${CSI}>${flags}u`;
    if (this.#modifiedKeys !== null) text += `${CSI}>4;${this.#modifiedKeys}m`;
    if (this.#cutsLines) text += `${CSI}?7l`;
    return this.#hidesCursor ? `${text}${CSI}?25l` : text;
  }

  /** Returns what puts a window that has seen all this back. */
  leave(): string {
    let text = '';
    if (this.#modifiedKeys !== null) text += `${CSI}>4m`;
    if (this.#keyboard.length > 0) text += `${CSI}<${this.#keyboard.length}u`;
    if (this.#hasKeypad) text += '\u001b>';
    for (const mode of this.#on) text += `${CSI}?${mode}l`;
    if (this.#alternate !== null) text += `${CSI}?${this.#alternate}l`;
    if (this.#cutsLines) text += `${CSI}?7h`;
    if (this.#hidesCursor) text += `${CSI}?25h`;
    // To let all rows scroll moves the cursor, which is to stay.
    if (this.#hasMargins) text += `\u001b7${CSI}r\u001b8`;
    return `${text}\u001b(B${CSI}0m`;
  }

  #note(sequence: string): void {
    if (sequence === '=' || sequence === '>') this.#hasKeypad = sequence === '=';
    else if (sequence === 'c') this.#reset();
    const margins = /^\[([\d;]*)r$/.exec(sequence);
    if (margins !== null) this.#hasMargins = margins[1] !== '';
    const modes = /^\[\?([\d;]+)([hl])$/.exec(sequence);
    if (modes !== null) for (const mode of modes[1]!.split(';')) this.#set(Number(mode), modes[2] === 'h');
    const pushed = /^\[>(\d*)u$/.exec(sequence);
    if (pushed !== null && this.#keyboard.length < 32) this.#keyboard.push(pushed[1]!);
    const popped = /^\[<(\d*)u$/.exec(sequence);
    if (popped !== null) this.#keyboard.splice(Math.max(0, this.#keyboard.length - Number(popped[1] || 1)));
    const modified = /^\[>4(?:;(\d*))?m$/.exec(sequence);
    if (modified !== null) this.#modifiedKeys = (modified[1] ?? '0') === '0' ? null : modified[1]!;
  }

  #set(mode: number, isOn: boolean): void {
    if (mode === CURSOR) this.#hidesCursor = !isOn;
    else if (mode === WRAP) this.#cutsLines = !isOn;
    else if (ALTERNATE_SCREENS.has(mode)) this.#alternate = isOn ? mode : null;
    else if (PLAIN_MODES.has(mode)) {
      if (isOn) this.#on.add(mode);
      else this.#on.delete(mode);
    }
  }

  #reset(): void {
    this.#on.clear();
    this.#alternate = null;
    this.#hasKeypad = false;
    this.#hidesCursor = false;
    this.#cutsLines = false;
    this.#hasMargins = false;
    this.#keyboard = [];
    this.#modifiedKeys = null;
  }
}

/** Returns the length of the sequence that begins there; null when its end is not there yet. */
function sequenceLength(bytes: Buffer, at: number): number | null {
  const second = bytes[at + 1];
  if (second === undefined) return null;
  if (second !== 0x5b) return 2;
  for (let end = at + 2; end < bytes.length; end += 1) {
    const byte = bytes[end]!;
    if (byte >= 0x40 && byte <= 0x7e) return end + 1 - at;
    // No sequence has such a byte in it: the terminal gives up, too.
    if (byte < 0x20 || byte > 0x7e) return end - at;
  }
  return null;
}
