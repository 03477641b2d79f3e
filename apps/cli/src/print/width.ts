// How many columns text takes on a terminal, and cutting it to a number of columns.
// Text must be harmless and without styles; styles are put on after cutting.

// Made when first needed: it takes longer to make than a whole small subcommand to run.
let segmenterMade: Intl.Segmenter | null = null;
const segmentsOf = (text: string): Intl.Segments =>
  (segmenterMade ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text);
const plain = /^[\u0020-\u007e]*$/;
const zeroWidth = /^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}]+$/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f|\u200d/u;

/** Returns the columns of a text; tabs count as one. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmentsOf(text)) width += widthOfCharacter(segment);
  return width;
}

/** Cuts text to at most `columns`, ending in `…` when something was cut. Never splits a character that people see as one. */
export function cutTo(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (plain.test(text)) return text.length <= columns ? text : text.slice(0, columns - 1) + '…';
  let width = 0;
  let kept = '';
  let keptWithRoom = '';
  for (const { segment } of segmentsOf(text)) {
    width += widthOfCharacter(segment);
    if (width > columns) return keptWithRoom + '…';
    kept += segment;
    if (width <= columns - 1) keptWithRoom = kept;
  }
  return text;
}

/** Cuts the middle out of a text, so that both ends stay readable: for paths. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 3) return cutTo(text, columns);
  const tail = Math.floor((columns - 1) / 2);
  const head = columns - 1 - tail;
  const segments = [...segmentsOf(text)].map((part) => part.segment);
  return takeWidth(segments, head).join('') + '…' + takeWidth(segments.reverse(), tail).reverse().join('');
}

/** Fills text with spaces up to `columns`. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Columns of one character as people see it (a grapheme). */
export function widthOfCharacter(segment: string): number {
  if (segment.length === 1 && plain.test(segment)) return 1;
  if (segment === '\t') return 1;
  if (zeroWidth.test(segment)) return 0;
  if (emoji.test(segment)) return 2;
  return isWide(segment.codePointAt(0)!) ? 2 : 1;
}

function takeWidth(segments: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const segment of segments) {
    width += widthOfCharacter(segment);
    if (width > columns) break;
    taken.push(segment);
  }
  return taken;
}

/** East Asian wide and full-width blocks. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0x33ff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xa000 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f200 && code <= 0x1f2ff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
