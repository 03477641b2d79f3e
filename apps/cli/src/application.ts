// The subcommands as one application: routes, usage errors, exit codes, help.
// Not here: what a subcommand does (subcommands/), its flags (arguments/).

import { buildApplication, buildRouteMap, ExitCode, formatMessageForArgumentScannerError, run, text_en } from '@stricli/core';
import type { ApplicationText } from '@stricli/core';
import { applyCommand } from './arguments/apply.ts';
import { answerCommand, approveCommand } from './arguments/approve.ts';
import { attachCommand } from './arguments/attach.ts';
import { artifactsCommand } from './arguments/artifacts.ts';
import { cacheRoutes } from './arguments/cache/routes.ts';
import { cancelCommand } from './arguments/cancel.ts';
import { completionCommand } from './arguments/completion.ts';
import { diffCommand } from './arguments/diff.ts';
import { doctorCommand } from './arguments/doctor.ts';
import { explainCommand } from './arguments/explain.ts';
import { initCommand } from './arguments/init.ts';
import { logsCommand } from './arguments/logs.ts';
import { migrateRoutes } from './arguments/migrate/routes.ts';
import { planCommand } from './arguments/plan.ts';
import { pruneCommand } from './arguments/prune.ts';
import { rejectCommand } from './arguments/reject.ts';
import { resumeCommand } from './arguments/resume.ts';
import { retryCommand } from './arguments/retry.ts';
import { runCommand } from './arguments/run.ts';
import { schemaCommand } from './arguments/schema.ts';
import { selfTestCommand } from './arguments/self-test.ts';
import { statusCommand } from './arguments/status.ts';
import { validateCommand } from './arguments/validate.ts';
import { waitingCommand } from './arguments/waiting.ts';
import { watchCommand } from './arguments/watch.ts';
import { workspaceRoutes } from './arguments/workspace/routes.ts';
import { UserError } from '@workflow-platform/events';
import { createContext, type CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { exitCodeOf, renderError } from './print/error.ts';
import { harmless } from './print/harmless.ts';

/** All subcommands, in the order that help lists them. */
export const routes = {
  init: initCommand,
  validate: validateCommand,
  plan: planCommand,
  run: runCommand,
  resume: resumeCommand,
  retry: retryCommand,
  cancel: cancelCommand,
  waiting: waitingCommand,
  approve: approveCommand,
  reject: rejectCommand,
  answer: answerCommand,
  status: statusCommand,
  logs: logsCommand,
  watch: watchCommand,
  attach: attachCommand,
  diff: diffCommand,
  apply: applyCommand,
  artifacts: artifactsCommand,
  cache: cacheRoutes,
  workspace: workspaceRoutes,
  migrate: migrateRoutes,
  explain: explainCommand,
  schema: schemaCommand,
  completion: completionCommand,
  prune: pruneCommand,
  doctor: doctorCommand,
  selfTest: selfTestCommand,
};

/** Carries out one command line and sets the exit code of the process. */
export async function runApplication(words: readonly string[], host: NodeJS.Process): Promise<void> {
  const context = createContext(host, words);
  try {
    await run(createApplication(context), normalize(words), context);
    host.exitCode = translateExitCode(Number(context.process.exitCode ?? 0)) || context.exitCode();
    await new Promise(setImmediate);
    const lostBy = context.out.lostBy();
    if (lostBy !== null)
      throw new UserError('output-lost', `cannot write to stdout: ${lostBy.message}`, {
        hint: 'free some space and ask again; a run is in the history: `workflow status @`',
        exitCode: host.exitCode || exitCodes.failed,
        cause: lostBy,
      });
  } catch (error) {
    context.err.write(`${renderError(error, context.err.style)}\n`);
    host.exitCode = exitCodeOf(error);
  }
}

function createApplication(context: CliContext) {
  const root = buildRouteMap({
    routes,
    docs: {
      brief: 'Write a workflow once in workflow.toml; run it isolated, observable and durable, many at once.',
      fullDescription: [
        'Write a workflow once in workflow.toml; run it isolated, observable and durable, many at once.',
        '',
        'START HERE',
        '  workflow init          write a first workflow.toml',
        '  workflow run           run it',
        '  workflow status @      see how the latest run went',
      ].join('\n'),
    },
  });
  return buildApplication(root, {
    name: 'workflow',
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: {
      disableAnsiColor: !context.err.style.enabled,
      caseStyle: 'convert-camel-to-kebab',
      onlyRequiredInUsageLine: true,
    },
    localization: { text: createTexts(context) },
    determineExitCode: exitCodeOf,
  });
}

/** `workflow help run` is `workflow run --help`, and `workflow help` is `workflow --help`. */
function normalize(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** Stricli's own codes are negative; ours are set by subcommands. */
function translateExitCode(code: number): number {
  if (code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand) return exitCodes.usage;
  return code < 0 ? exitCodes.bug : code;
}

function createTexts({ err: { style } }: CliContext): ApplicationText {
  const usage = (message: string, corrections: readonly string[] = []) => {
    const head = `${style.bold(style.red('error[wrong-usage]'))}: ${message}`;
    const help =
      corrections.length > 0 ? `did you mean ${list(corrections)}?` : 'see `workflow --help`, or `workflow SUBCOMMAND --help`';
    return `${head}\n  ${style.cyan('=')} ${style.bold('help')}: ${help}`;
  };
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      usage(
        `there is no subcommand \`${harmless(input)}\``,
        corrections.map((name) => name.replaceAll('`', '')),
      ),
    exceptionWhileParsingArguments: (error) =>
      error instanceof Error ? usage(...explainScannerError(error)) : renderError(error, style),
    exceptionWhileLoadingCommandFunction: (error) => renderError(error, style),
    exceptionWhileLoadingCommandContext: (error) => renderError(error, style),
    exceptionWhileRunningCommand: (error) => renderError(error, style),
    commandErrorResult: (error) => renderError(error, style),
  };
}

function explainScannerError(error: Error): [message: string, corrections?: readonly string[]] {
  let corrections: readonly string[] = [];
  const message = formatMessageForArgumentScannerError(error as Parameters<typeof formatMessageForArgumentScannerError>[0], {
    FlagNotFoundError: (unknown) => {
      corrections = unknown.corrections.map((name) => `--${name}`);
      return `there is no flag \`--${harmless(unknown.input)}\``;
    },
    AliasNotFoundError: (unknown) => `there is no flag \`-${harmless(unknown.input)}\``,
    ArgumentParseError: (bad) => {
      const reason = bad.exception instanceof Error ? bad.exception.message : String(bad.exception);
      const name = bad.externalFlagNameOrPlaceholder;
      return `${/^[A-Z|]+$/.test(name) ? name : `--${name}`}: ${harmless(reason)}`;
    },
    EnumValidationError: (bad) => `--${bad.externalFlagName} is one of ${list(bad.values)}, not \`${harmless(bad.input)}\``,
    UnsatisfiedFlagError: (missing) => `--${missing.externalFlagName} needs a value`,
    UnexpectedPositionalError: (extra) => `\`${harmless(extra.input)}\` is one argument too many`,
    UnsatisfiedPositionalError: (missing) => `the argument ${missing.placeholder} is missing`,
    UnexpectedFlagError: (twice) => `--${twice.externalFlagName} is given twice`,
    InvalidNegatedFlagSyntaxError: (negated) => `--${negated.externalFlagName} takes no value`,
  });
  return [message, corrections];
}

function list(names: readonly string[]): string {
  if (names.length <= 1) return names.map((name) => `\`${name}\``).join('');
  return `${names
    .slice(0, -1)
    .map((name) => `\`${name}\``)
    .join(', ')} or \`${names.at(-1)}\``;
}
