// Names and functions of just whose value is known before anything runs.
// Not here: functions that ask the machine (captures.ts).

const ESC = '\u001b';

/** Constants that every justfile knows. */
export const justConstants: ReadonlyMap<string, string> = new Map([
  ['HEX', '0123456789abcdef'],
  ['HEXLOWER', '0123456789abcdef'],
  ['HEXUPPER', '0123456789ABCDEF'],
  ['PATH_SEP', '/'],
  ['PATH_VAR_SEP', ':'],
  ['CLEAR', `${ESC}c`],
  ...[
    ['NORMAL', 0],
    ['BOLD', 1],
    ['ITALIC', 3],
    ['UNDERLINE', 4],
    ['INVERT', 7],
    ['HIDE', 8],
    ['STRIKETHROUGH', 9],
    ...['BLACK', 'RED', 'GREEN', 'YELLOW', 'BLUE', 'MAGENTA', 'CYAN', 'WHITE'].flatMap((name, at) => [
      [name, 30 + at] as const,
      [`BG_${name}`, 40 + at] as const,
    ]),
  ].map(([name, code]) => [String(name), `${ESC}[${code}m`] as const),
]);

type TextFunction = (...texts: readonly string[]) => string | null;

/** Functions of texts alone, by name. They return null where this version of just has an error. */
export const textFunctions: ReadonlyMap<string, TextFunction> = new Map<string, TextFunction>([
  ['uppercase', (text = '') => text.toUpperCase()],
  ['lowercase', (text = '') => text.toLowerCase()],
  ['capitalize', (text = '') => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()],
  ['trim', (text = '') => text.trim()],
  ['trim_start', (text = '') => text.trimStart()],
  ['trim_end', (text = '') => text.trimEnd()],
  ['trim_start_match', (text = '', start = '') => (text.startsWith(start) ? text.slice(start.length) : text)],
  ['trim_end_match', (text = '', end = '') => (end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text)],
  ['replace', (text = '', from = '', to = '') => text.replaceAll(from, () => to)],
  ['quote', (text = '') => `'${text.replaceAll("'", "'\\''")}'`],
  [
    'append',
    (end = '', text = '') =>
      words(text)
        .map((each) => each + end)
        .join(' '),
  ],
  [
    'prepend',
    (start = '', text = '') =>
      words(text)
        .map((each) => start + each)
        .join(' '),
  ],
  [
    'join',
    (...parts: readonly string[]) =>
      parts.reduce((path: string, part: string) =>
        part.startsWith('/') || path === '' ? part : `${path.replace(/\/$/, '')}/${part}`,
      ),
  ],
  ['file_name', (path = '') => path.replace(/\/+$/, '').split('/').at(-1) || null],
  [
    'file_stem',
    (path = '') =>
      path
        .split('/')
        .at(-1)
        ?.replace(/(?<=.)\.[^.]*$/, '') ?? null,
  ],
  ['extension', (path = '') => /[^/]\.([^./]*)$/.exec(path)?.[1] ?? null],
  ['without_extension', (path = '') => path.replace(/(?<=[^/])\.[^./]*$/, '')],
  ['parent_directory', (path = '') => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '')],
  ['parent_dir', (path = '') => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '')],
  ['just_executable', () => 'just'],
  ['kebabcase', (text = '') => caseWords(text).join('-')],
  ['snakecase', (text = '') => caseWords(text).join('_')],
  ['shoutykebabcase', (text = '') => caseWords(text).join('-').toUpperCase()],
  ['shoutysnakecase', (text = '') => caseWords(text).join('_').toUpperCase()],
  ['titlecase', (text = '') => caseWords(text).map(capital).join(' ')],
  ['uppercamelcase', (text = '') => caseWords(text).map(capital).join('')],
  [
    'lowercamelcase',
    (text = '') =>
      caseWords(text)
        .map((word, at) => (at === 0 ? word : capital(word)))
        .join(''),
  ],
]);

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The words of a name in any style, in small letters. */
function caseWords(text: string): string[] {
  const spaced = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return words(spaced.replace(/[^\p{L}\p{N}]+/gu, ' ')).map((word) => word.toLowerCase());
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
