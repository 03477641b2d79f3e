// What is known of commands that take some of their arguments, or their input, as code or as the name of a program.
// No list can be complete; what is not here is taken for a command that treats its arguments as data, as most do.
// Not here: how the lists are used (shell-arguments.ts).

/** Options of a command that runs code or another command. Letters stand for short options. */
export interface CommandOptions {
  /** Without an argument. */
  readonly bare: string;
  /** With an argument that is data. */
  readonly valued: string;
  /** With an argument that is code. */
  readonly code: string;
  /** Long options without an argument, or with one after `=`. */
  readonly long: readonly string[];
}

export interface Wrapper extends CommandOptions {
  /** How many operands come before the command. */
  readonly operands: number;
  /** `NAME=value` may come before the command. */
  readonly assignments: boolean;
}

/** A program that is given code by an option or as its first operand, or reads it from its input. */
export interface Interpreter extends CommandOptions {
  /** `path`: the first operand names a file of code. `code`: it is the code. `shell`: it is code after `-c`, else a file. */
  readonly operand: 'path' | 'code' | 'shell';
  /** The option whose argument names a file of code instead of the operand. */
  readonly file: string;
  readonly codeLong: readonly string[];
  readonly readsInput: boolean;
  /** What follows an option with code is data, whatever it looks like. */
  readonly codeEndsOptions: boolean;
}

const none: CommandOptions = { bare: '', valued: '', code: '', long: [] };
const plainWrapper: Wrapper = { ...none, operands: 0, assignments: false };

/** Commands that run the command among their arguments. */
export const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  // A precommand modifier of zsh.
  ['-', plainWrapper],
  ['builtin', plainWrapper],
  ['busybox', plainWrapper],
  ['chroot', { ...plainWrapper, operands: 1 }],
  ['command', { ...plainWrapper, bare: 'pvV' }],
  ['doas', { ...plainWrapper, bare: 'n', valued: 'uC' }],
  ['env', { ...plainWrapper, bare: 'i0v', valued: 'uC', code: 'S', long: ['--ignore-environment'], assignments: true }],
  ['exec', { ...plainWrapper, bare: 'cl', valued: 'a' }],
  ['flock', { ...plainWrapper, bare: 'nsxuo', valued: 'wE', code: 'c', operands: 1 }],
  ['ionice', { ...plainWrapper, bare: 't', valued: 'cn' }],
  ['nice', { ...plainWrapper, valued: 'n', long: ['--adjustment'] }],
  ['noglob', plainWrapper],
  ['nocorrect', plainWrapper],
  ['nohup', plainWrapper],
  ['npx', { ...plainWrapper, bare: 'yq', valued: 'p', code: 'c', long: ['--yes', '--no', '--quiet', '--package'] }],
  ['setsid', { ...plainWrapper, bare: 'cfw', long: ['--wait', '--fork', '--ctty'] }],
  ['stdbuf', { ...plainWrapper, valued: 'ioe', long: ['--input', '--output', '--error'] }],
  ['strace', { ...plainWrapper, bare: 'cCdfFhiqrtTvVxy', valued: 'abeEIoOpPsSuX' }],
  [
    'sudo',
    {
      ...plainWrapper,
      bare: 'AbEHKknPSv',
      valued: 'CghprTtuUDR',
      long: ['--preserve-env', '--non-interactive'],
      assignments: true,
    },
  ],
  ['taskset', { ...plainWrapper, bare: 'c', operands: 1 }],
  ['time', { ...plainWrapper, bare: 'pvaq', valued: 'fo' }],
  [
    'timeout',
    {
      ...plainWrapper,
      bare: 'v',
      valued: 'ks',
      long: ['--foreground', '--preserve-status', '--kill-after', '--signal', '--verbose'],
      operands: 1,
    },
  ],
  [
    'xargs',
    {
      ...plainWrapper,
      bare: '0rtpxo',
      valued: 'adEILnPs',
      long: ['--null', '--no-run-if-empty', '--max-args', '--max-procs', '--replace'],
    },
  ],
]);

const shell: Interpreter = {
  ...none,
  bare: 'aefhikmnruvxBCEHPTlsDp',
  valued: 'oO',
  long: ['--norc', '--noprofile', '--posix', '--login', '--restricted', '--verbose'],
  operand: 'shell',
  file: '',
  codeLong: [],
  readsInput: true,
  codeEndsOptions: false,
};
const script: Interpreter = { ...none, operand: 'path', file: '', codeLong: [], readsInput: true, codeEndsOptions: false };
const filter: Interpreter = { ...script, operand: 'code', readsInput: false };
const python: Interpreter = { ...script, bare: 'uBEIOsSvxqbP', valued: 'WX', code: 'c', file: 'm', codeEndsOptions: true };
const awk: Interpreter = { ...filter, valued: 'Fv', code: 'e', file: 'fE', codeLong: ['--source', '--exec'] };

/** Programs that run code. */
export const interpreters: ReadonlyMap<string, Interpreter> = new Map<string, Interpreter>([
  ...['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'ksh93', 'mksh', 'oksh', 'yash', 'rbash', 'fish', 'csh', 'tcsh'].map(
    (name): [string, Interpreter] => [name, shell],
  ),
  ...['python', 'python2', 'python3', 'pypy', 'pypy3'].map((name): [string, Interpreter] => [name, python]),
  ...['awk', 'gawk', 'mawk', 'nawk', 'original-awk'].map((name): [string, Interpreter] => [name, awk]),
  ...['sed', 'gsed', 'ssed'].map((name): [string, Interpreter] => [
    name,
    {
      ...filter,
      bare: 'nrEisuz',
      code: 'e',
      file: 'f',
      long: ['--in-place', '--quiet', '--regexp-extended'],
      codeLong: ['--expression'],
    },
  ]),
  [
    'node',
    {
      ...script,
      bare: 'ch',
      valued: 'C',
      code: 'ep',
      file: 'r',
      long: (
        '--check --test --test-only --no-warnings --enable-source-maps --watch --trace-warnings --trace-deprecation --no-deprecation ' +
        '--throw-deprecation --expose-gc --inspect --inspect-brk --preserve-symlinks --experimental-test-coverage --use-system-ca ' +
        '--disable-warning --env-file --max-old-space-size --test-reporter --test-name-pattern --test-concurrency --unhandled-rejections'
      ).split(' '),
      codeLong: ['--eval', '--print', '--import', '--require'],
    },
  ],
  ['bun', { ...script, code: 'ep', codeLong: ['--eval', '--print'] }],
  ['ruby', { ...script, bare: 'wnpalsv', valued: 'I', code: 'e', file: 'r' }],
  ['perl', { ...script, bare: 'wWtTcnpals', valued: 'I', code: 'eEMm' }],
  ['php', { ...script, bare: 'nq', valued: 'd', code: 'rBRE', file: 'f' }],
  ['lua', { ...script, bare: 'iEv', code: 'el' }],
  ['osascript', { ...script, code: 'e', valued: 'l' }],
  ['Rscript', { ...script, code: 'e', codeLong: ['--default-packages'] }],
  ['expect', { ...script, bare: 'dDinN', code: 'c', file: 'fb' }],
  ['jshell', script],
]);

/** Commands whose every argument may be code, or say which code to run; their input too. */
export const evaluators: ReadonlySet<string> = new Set(
  (
    'eval trap source . alias ssh rsh autossh mosh pdsh parallel watch at batch crontab tmux screen entr bind bindkey complete compgen ' +
    'fc jobs coproc enable dc ed ex vi vim nvim emacs gdb lldb sqlite3 m4 autoload emulate zmodload zstyle zle sched functions hash ' +
    'nsenter unshare pkexec systemd-run su runuser'
  ).split(' '),
);

/** Builtins that take their arguments as names of variables, whose subscripts the shell computes, or as arithmetic. */
export const nameTakers: ReadonlySet<string> = new Set(
  'read readarray mapfile unset getopts wait let vared nameref zparseopts'.split(' '),
);

/** Builtins whose numeric arguments ksh and zsh compute. */
export const arithmeticTakers: ReadonlySet<string> = new Set('exit return break continue shift ulimit'.split(' '));

/** Options of other commands after which an argument is code. */
export const codeOptions: ReadonlyMap<string, readonly string[]> = new Map([
  ['find', ['-exec', '-execdir', '-ok', '-okdir']],
  ['fd', ['-x', '-X', '--exec', '--exec-batch']],
  ['script', ['-c', '--command']],
  ['psql', ['-c', '--command', '-v', '--set', '-f']],
  ['mysql', ['-e', '--execute', '--init-command']],
  ['mariadb', ['-e', '--execute', '--init-command']],
  ['nix-shell', ['--run', '--command']],
  ['npm', ['-c', '--call']],
  ['nix', ['-c', '--command']],
  ['git', ['--exec', '--upload-pack', '--receive-pack', '--config-env']],
  ['rsync', ['-e', '--rsh', '--rsync-path']],
  ['tar', ['-I', '--use-compress-program', '--to-command', '--checkpoint-action', '-F', '--info-script']],
  ['deno', ['eval']],
]);

/** Words among the arguments of a command after which everything is code. */
export const codeSubcommands: ReadonlyMap<string, readonly string[]> = new Map([['git', ['foreach', 'filter-branch', 'bisect']]]);

/** Commands that run what their input holds. */
export const inputRunners: ReadonlySet<string> = new Set(
  'psql mysql mariadb ftp sftp telnet make gmake gnuplot octave R ghci irb'.split(' '),
);

/** Commands that paste `NAME=value` into shell code. */
export const pasters: ReadonlySet<string> = new Set('make gmake bmake'.split(' '));

/** Commands that hand `host:path` to a shell of that host. */
export const remoteCopiers: ReadonlySet<string> = new Set('scp rcp rsync'.split(' '));

/** Variables that the shell runs or computes when they are set or used. */
export const runVariables: ReadonlySet<string> = new Set(
  'PS0 PS1 PS2 PS3 PS4 PROMPT PROMPT2 PROMPT3 PROMPT4 RPROMPT RPS1 SPROMPT PROMPT_COMMAND BASH_ENV ENV PERIOD FCEDIT LESSOPEN LESSCLOSE'.split(
    ' ',
  ),
);

export const computedVariables: ReadonlySet<string> = new Set(
  (
    'RANDOM SRANDOM OPTIND HISTCMD SECONDS LINENO EPOCHSECONDS EPOCHREALTIME BASHPID PPID UID EUID GID EGID COLUMNS LINES HISTSIZE ' +
    'SAVEHIST LISTMAX KEYTIMEOUT MAILCHECK TMOUT SHLVL ERRNO FUNCNEST DIRSTACKSIZE LOGCHECK REPORTTIME REPORTMEMORY MENUSELECT ' +
    'TRY_BLOCK_ERROR TRY_BLOCK_INTERRUPT ARGC'
  ).split(' '),
);
