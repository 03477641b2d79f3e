// Arguments of `workflow completion`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { lazily, withExamples, word } from './common-flags.ts';

export const completionCommand = buildCommand<Record<never, never>, [string], CliContext>({
  loader: lazily(async () => (await import('../subcommands/completion.ts')).completion),
  parameters: { positional: { kind: 'tuple', parameters: [{ parse: word, brief: 'bash, zsh or fish', placeholder: 'SHELL' }] } },
  docs: {
    brief: 'Print the completion script of a shell',
    fullDescription: withExamples(
      'Prints a script that completes subcommands, flags, workflow ids, run ids, steps and parameters.',
      [
        ['eval "$(workflow completion bash)"', 'in ~/.bashrc'],
        ['eval "$(workflow completion zsh)"', 'in ~/.zshrc, after compinit'],
        ['workflow completion fish | source', 'in ~/.config/fish/config.fish'],
      ],
    ),
  },
});
