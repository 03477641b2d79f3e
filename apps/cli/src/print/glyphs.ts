// The signs in front of steps, with plain letters for terminals that do not speak UTF-8.

/** Signs for the states of steps and runs. */
export interface Glyphs {
  readonly done: string;
  readonly failed: string;
  readonly skipped: string;
  readonly waiting: string;
  readonly retry: string;
  readonly person: string;
  readonly cancelled: string;
  readonly spinner: readonly string[];
  readonly line: string;
}

const unicode: Glyphs = {
  done: '✔',
  failed: '✘',
  skipped: '○',
  waiting: '·',
  retry: '↻',
  person: '?',
  cancelled: '■',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  line: '│',
};

const ascii: Glyphs = {
  done: '+',
  failed: 'x',
  skipped: 'o',
  waiting: '.',
  retry: '~',
  person: '?',
  cancelled: '#',
  spinner: ['|', '/', '-', '\\'],
  line: '|',
};

/** Chooses by the locale of the terminal. */
export function chooseGlyphs(env: { readonly [name: string]: string | undefined }, platform = process.platform): Glyphs {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return ascii;
  // Without any locale macOS and most containers still show UTF-8; only one that says otherwise counts.
  if (locale === undefined || platform === 'darwin') return unicode;
  return /utf-?8/i.test(locale) || locale === 'C' || locale === 'POSIX' ? unicode : ascii;
}
