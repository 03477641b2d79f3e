// Makes text from files, logs and networks safe to show: nothing in it can move the cursor, change colours or hide text.
// Not here: `workflow logs`, which passes a step's own bytes on when they do not go to a terminal.

// CSI, OSC and the other string sequences, then any escape with one more character.
const sequences =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u009b[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]/g;
// C0 (but tab), DEL, C1, and characters that reorder text: a file could look different from what it says.
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What `harmless` changes, apart from newlines. */
const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Returns whether nothing in text of whole lines has to be made harmless. */
export function isPlain(text: string): boolean {
  return !special.test(text);
}

/** Returns one line of text without terminal sequences; other control characters become visible. Newlines too. */
export function harmless(text: string): string {
  return text.replace(sequences, '').replace(controls, visible);
}

/** The same for text of several lines: newlines stay. */
export function harmlessLines(text: string): string {
  return text.split(/\r?\n/).map(harmless).join('\n');
}

/** Returns one line of a log for a terminal: colours and weights stay (and end with the line), everything else is made harmless. */
export function colorsOnly(line: string): string {
  let colored = false;
  const text = line.replaceAll('\ufdd0', '').replace(sequences, (sequence) => {
    if (!/^\u001b\[[0-9;:]*m$/.test(sequence)) return '';
    colored = true;
    return sequence.replace('\u001b', '\ufdd0');
  });
  // Noncharacters stand for the kept escapes meanwhile: no log has them for a good reason.
  const safe = text.replace(controls, visible).replaceAll('\ufdd0', '\u001b');
  return colored ? `${safe}\u001b[0m` : safe;
}

/** The last state of a line that was rewritten by carriage returns, as progress bars do. */
export function lastRewrite(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return '\ufffd';
}
