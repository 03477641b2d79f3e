// `workflow init`: writes a first workflow file and says what to do next.
// Not here: the templates (templates/).

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { unreachable, UserError } from '@workflow-platform/events';
import type { InitFlags } from '../arguments/init.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { agentReviewTemplate } from '../templates/agent-review.ts';
import { ciTemplate } from '../templates/ci.ts';
import { minimalTemplate } from '../templates/minimal.ts';

/** Writes the file, or says why not. */
export function init(context: CliContext, flags: InitFlags, file = 'workflow.toml'): void {
  const path = resolve(context.cwd, file);
  const text = templateText(flags.template, context.cwd);
  try {
    mkdirSync(dirname(path), { recursive: true });
    // `wx`: an existing file is never touched, not even one that appeared just now.
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    throw explain(cause, file, existsSync(path));
  }
  const { style } = context.out;
  const name = relative(context.cwd, path);
  const reference = name === 'workflow.toml' ? '' : ` ${name}`;
  context.out.write(
    [
      `${style.green('✔')} wrote ${style.bold(name)} (template ${flags.template})`,
      '',
      'Next:',
      `  ${style.cyan(`workflow validate${reference}`)}   check it after each change`,
      `  ${style.cyan(`workflow run${reference}`)}        run it in a workspace of its own`,
      `  ${style.cyan('workflow status @')}${' '.repeat(reference.length)}   see how that went`,
      '',
    ].join('\n'),
  );
}

function templateText(template: InitFlags['template'], folder: string): string {
  switch (template) {
    case 'minimal':
      return minimalTemplate;
    case 'agent-review':
      return agentReviewTemplate;
    case 'ci':
      return ciTemplate(folder);
    default:
      return unreachable(template);
  }
}

function explain(cause: unknown, file: string, isThere: boolean): UserError {
  const code = (cause as NodeJS.ErrnoException).code;
  // Where a file stands in the place of a folder above, making the folders says EEXIST as well.
  if ((code === 'EEXIST' && isThere) || code === 'EISDIR') {
    return new UserError('file-exists', `${file} is there already; nothing was changed`, {
      hint: 'name another file, such as `workflow init workflows/ci.toml`',
      exitCode: exitCodes.usage,
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError('unwritable-file', `cannot write ${file}: ${reason}`, {
    hint: 'choose a place where you may make files',
    exitCode: exitCodes.failed,
    cause,
  });
}
