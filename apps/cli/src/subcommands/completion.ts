// `workflow completion SHELL`: prints the script that lets a shell ask `workflow __complete`.
// Not here: what is proposed (complete.ts).

import { UserError } from '@workflow-platform/events';
import { suggest } from '@workflow-platform/core';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { harmless } from '../print/harmless.ts';

/** Prints the script of one shell. */
export function completion(context: CliContext, _flags: object, shell: string): void {
  const script = scripts[shell];
  if (script === undefined) {
    const near = suggest(shell, Object.keys(scripts));
    throw new UserError('wrong-usage', `there is no completion for the shell \`${harmless(shell)}\``, {
      hint: near === null ? 'there is one for bash, zsh and fish' : `did you mean ${near}?`,
      exitCode: exitCodes.usage,
    });
  }
  context.out.write(script);
}

// `workflow __complete WORD…` gets all words after the program's name, the last one being completed, and answers with one
// proposal a line: the text, a tab, what it is. A line `:files` asks the shell to complete file names as well.

const bash = `# bash completion of workflow
_workflow_complete() {
  local IFS=$'\\n' line words
  words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  # bash splits words at = and :; put them together again.
  local joined=() word last=''
  for word in "\${words[@]}"; do
    if [[ $word == [=:] || $last == [=:] ]] && ((\${#joined[@]})); then joined[-1]+=$word; else joined+=("$word"); fi
    last=$word
  done
  local current=\${joined[-1]} cut=''
  [[ $current == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]] && cut=\${current%"\${current##*[=:]}"}
  COMPREPLY=()
  for line in $("\${COMP_WORDS[0]}" __complete "\${joined[@]}" 2>/dev/null); do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    else
      line=\${line%%$'\\t'*}
      [[ $line == *= ]] && compopt -o nospace 2>/dev/null
      COMPREPLY+=("\${line#"$cut"}")
    fi
  done
}
complete -F _workflow_complete workflow
`;

const zsh = `#compdef workflow
_workflow() {
  local -a proposals plain
  local line text files=0
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; continue; fi
    text=\${line%%$'\\t'*}
    if [[ $text == *= ]]; then plain+=("$text"); continue; fi
    text=\${text//:/\\\\:}
    if [[ $line == *$'\\t'* ]]; then proposals+=("$text:\${line#*$'\\t'}"); else proposals+=("$text"); fi
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  ((\${#proposals})) && _describe 'workflow' proposals
  ((\${#plain})) && compadd -S '' -- $plain
  ((files)) && _files
}
compdef _workflow workflow
`;

const fish = `# fish completion of workflow
function __workflow_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] __complete $words[2..] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c workflow -f -a '(__workflow_complete)'
`;

const scripts: { readonly [shell: string]: string | undefined } = { __proto__: null as never, bash, zsh, fish };
