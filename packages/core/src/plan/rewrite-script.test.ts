import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JudgedScripts, rewriteScript, type ScriptProblem } from './rewrite-script.ts';

function rewrite(script: string, shell = 'sh'): ReturnType<typeof rewriteScript> {
  return rewriteScript({ script, shell, variable: (n) => `V${n}` });
}

const safe: readonly { script: string; becomes: string; shell?: string }[] = [
  { script: 'echo ${{ a }}', becomes: 'echo "${V1}"' },
  { script: 'echo pre-${{ a }}.txt', becomes: 'echo pre-"${V1}".txt' },
  { script: 'echo "${{ a }}"', becomes: 'echo "${V1}"' },
  { script: 'echo "a ${{ a }}b"', becomes: 'echo "a ${V1}b"' },
  { script: `echo 'it'"'"'s' \${{ a }}`, becomes: `echo 'it'"'"'s' "\${V1}"` },
  { script: 'x=${{ a }}; y="${{ b }}"', becomes: 'x="${V1}"; y="${V2}"' },
  { script: 'A=${{ a }} B=1 cmd', becomes: 'A="${V1}" B=1 cmd' },
  { script: 'export A=${{ a }}', becomes: 'export A="${V1}"' },
  { script: 'cmd > ${{ a }}.log 2>&1 < ${{ b }}', becomes: 'cmd > "${V1}".log 2>&1 < "${V2}"' },
  { script: 'x=$(cmd ${{ a }} "$(cmd "${{ b }}")")', becomes: 'x=$(cmd "${V1}" "$(cmd "${V2}")")' },
  { script: 'echo "$(cmd ${{ a }})"', becomes: 'echo "$(cmd "${V1}")"' },
  { script: '(cd ${{ a }} && ls) | sort', becomes: '(cd "${V1}" && ls) | sort' },
  { script: 'case ${{ a }} in ${{ b }}*|x) ;; esac', becomes: 'case "${V1}" in "${V2}"*|x) ;; esac' },
  { script: 'for i in a ${{ a }}; do echo "$i"; done', becomes: 'for i in a "${V1}"; do echo "$i"; done' },
  { script: 'if [ ${{ a }} = b ]; then :; fi', becomes: 'if [ "${V1}" = b ]; then :; fi' },
  { script: '[ ! -f ${{ a }} ] || test -n ${{ b }}', becomes: '[ ! -f "${V1}" ] || test -n "${V2}"' },
  { script: 'cat <<EOF\n${{ a }} "$(cmd ${{ b }})"\nEOF\n', becomes: 'cat <<EOF\n${V1} "$(cmd "${V2}")"\nEOF\n' },
  { script: 'cat <<-A <<"B"\n\t${{ a }}\n\tA\n$x\nB\n', becomes: 'cat <<-A <<"B"\n\t${V1}\n\tA\n$x\nB\n' },
  { script: "# ${{ a }} it's\necho ${{ b }} # ${{ c\n }}", becomes: '# ${{ a }} it\'s\necho "${V1}" # ${{ c }}' },
  { script: 'echo a#${{ a }}', becomes: 'echo a#"${V1}"' },
  { script: 'echo \\\n  ${{ a }}', becomes: 'echo \\\n  "${V1}"' },
  { script: 'f() { echo "$1"; }\nf ${{ a }}', becomes: 'f() { echo "$1"; }\nf "${V1}"' },
  { script: 'set -- ${{ a }}', becomes: 'set -- "${V1}"' },
  { script: "printf '%s\\n' ${{ a }}", becomes: 'printf \'%s\\n\' "${V1}"' },
  { script: 'sudo -u root cp ${{ a }} /x', becomes: 'sudo -u root cp "${V1}" /x' },
  { script: 'env A=${{ a }} timeout 5 cmd ${{ b }}', becomes: 'env A="${V1}" timeout 5 cmd "${V2}"' },
  { script: `sh -c 'cmd "$1"' sh \${{ a }}`, becomes: `sh -c 'cmd "$1"' sh "\${V1}"` },
  { script: "perl -e 'print @ARGV' -- ${{ a }}", becomes: 'perl -e \'print @ARGV\' -- "${V1}"' },
  { script: 'sed s/a/b/ -- ${{ a }}', becomes: 'sed s/a/b/ -- "${V1}"' },
  { script: 'bash -- ${{ a }} x', becomes: 'bash -- "${V1}" x' },
  { script: 'node --test ./${{ a }}', becomes: 'node --test ./"${V1}"' },
  { script: 'bash ./script.sh ${{ a }}', becomes: 'bash ./script.sh "${V1}"' },
  { script: 'python3 -m pytest -k ${{ a }}', becomes: 'python3 -m pytest -k "${V1}"' },
  { script: 'node scripts/x.js --name=${{ a }}', becomes: 'node scripts/x.js --name="${V1}"' },
  { script: `awk -v n=\${{ a }} '{ print n }' ./\${{ b }}`, becomes: `awk -v n="\${V1}" '{ print n }' ./"\${V2}"` },
  { script: `find . -name \${{ a }} -exec grep x {} \\;`, becomes: `find . -name "\${V1}" -exec grep x {} \\;` },
  { script: 'git commit -m ${{ a }}', becomes: 'git commit -m "${V1}"' },
  {
    script: 'echo ${{ a }} | while read -r l; do echo "$l"; done',
    becomes: 'echo "${V1}" | while read -r l; do echo "$l"; done',
  },
  { script: 'ls | xargs -n ${{ a }} grep -l ${{ b }}', becomes: 'ls | xargs -n "${V1}" grep -l "${V2}"' },
  { script: 'a=(x ${{ a }}\n "${{ b }}")', becomes: 'a=(x "${V1}"\n "${V2}")', shell: 'bash' },
  { script: 'a[0]=${{ a }}', becomes: 'a[0]="${V1}"', shell: 'bash -e' },
  { script: '[[ ${{ a }} == x* && -f ${{ b }} ]]', becomes: '[[ "${V1}" == x* && -f "${V2}" ]]', shell: 'bash' },
  { script: '[[ x =~ ^(a|b) ]] && echo ${{ a }}', becomes: '[[ x =~ ^(a|b) ]] && echo "${V1}"', shell: 'bash' },
  { script: 'read -r x <<< ${{ a }}', becomes: 'read -r x <<< "${V1}"', shell: 'bash' },
  { script: 'diff <(cmd ${{ a }}) - &> ${{ b }}', becomes: 'diff <(cmd "${V1}") - &> "${V2}"', shell: 'bash' },
  { script: 'echo $((1 << 2)) ${{ a }}', becomes: 'echo $((1 << 2)) "${V1}"' },
  { script: "echo ${x:-'}'} ${{ a }}", becomes: 'echo ${x:-\'}\'} "${V1}"' },
  {
    script: 'for ((i = 0; i < 3; i++)); do echo ${{ a }}; done',
    becomes: 'for ((i = 0; i < 3; i++)); do echo "${V1}"; done',
    shell: 'bash',
  },
  {
    script: 'while ! cmd; do sleep 1; done; until [ -e x ]; do :; done; echo ${{ a }}',
    becomes: 'while ! cmd; do sleep 1; done; until [ -e x ]; do :; done; echo "${V1}"',
  },
  {
    script: 'if a; then b; elif c; then d; else e ${{ a }}; fi >x',
    becomes: 'if a; then b; elif c; then d; else e "${V1}"; fi >x',
  },
  { script: '{ a; b ${{ a }}; } && c', becomes: '{ a; b "${V1}"; } && c' },
];

for (const { script, becomes, shell } of safe) {
  test(`rewrites ${JSON.stringify(script)}${shell === undefined ? '' : ` for ${shell}`}`, () => {
    const { script: rewritten, problems } = rewrite(script, shell);
    assert.deepEqual(problems, []);
    assert.equal(rewritten, becomes);
  });
}

const refused: readonly { script: string; code: ScriptProblem['code']; help: RegExp; shell?: string }[] = [
  { script: "echo 'x ${{ a }}'", code: 'interpolation-single-quotes', help: /"x \$\{\{ a \}\}"/ },
  { script: "echo 'a $b ${{ a }}'", code: 'interpolation-single-quotes', help: /'…'\$\{\{ a \}\}'…'/ },
  { script: "echo $'x ${{ a }}'", code: 'interpolation-single-quotes', help: /'…'/, shell: 'bash' },
  { script: "cat <<'EOF'\n${{ a }}\nEOF\n", code: 'interpolation-heredoc-quoted', help: /<<EOF/ },
  { script: 'cat <<\\EOF\n${{ a }}\nEOF\n', code: 'interpolation-heredoc-quoted', help: /<<EOF/ },
  { script: 'x=`cmd ${{ a }}`', code: 'interpolation-backticks', help: /\$\(…\)/ },
  { script: 'echo "`cmd ${{ a }}`"', code: 'interpolation-backticks', help: /\$\(…\)/ },
  { script: 'echo $((1 + ${{ a }}))', code: 'interpolation-arithmetic', help: /case/ },
  { script: 'echo "$(( $(echo ${{ a }}) ))"', code: 'interpolation-arithmetic', help: /case/ },
  { script: '((x = ${{ a }}))', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'for ((i = ${{ a }}; ; )); do :; done', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: '[[ x -eq ${{ a }} ]]', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: '[[ ${{ a }} -lt 3 ]]', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: '[[ -v ${{ a }} ]]', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: '[ -v ${{ a }} ]', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: '[ ${{ b }} ${{ a }} ]', code: 'interpolation-arithmetic', help: /case/ },
  { script: '[ ${{ a }} = x -a y = z ]', code: 'interpolation-arithmetic', help: /case/ },
  { script: '[ $x = ${{ a }} ]', code: 'interpolation-arithmetic', help: /case/ },
  { script: '[ ${{ a }} -eq 1 ]', code: 'interpolation-arithmetic', help: /case/, shell: 'zsh' },
  { script: 'a[${{ a }}]=1', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'a=([${{ a }}]=1)', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'declare -i n=${{ a }}', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'declare -i n; n=${{ a }}', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'a=(1); declare a=${{ a }}', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'RANDOM=${{ a }}', code: 'interpolation-arithmetic', help: /case/, shell: 'bash' },
  { script: 'export ${{ a }}=1', code: 'interpolation-arithmetic', help: /env/ },
  { script: 'read ${{ a }}', code: 'interpolation-arithmetic', help: /env/ },
  { script: 'unset ${{ a }}', code: 'interpolation-arithmetic', help: /env/ },
  { script: 'let n=${{ a }}', code: 'interpolation-arithmetic', help: /env/, shell: 'bash' },
  { script: 'printf ${{ a }} x', code: 'interpolation-arithmetic', help: /env/, shell: 'bash' },
  { script: 'printf -v ${{ a }} x', code: 'interpolation-arithmetic', help: /env/, shell: 'bash' },
  { script: 'printf %d ${{ a }}', code: 'interpolation-arithmetic', help: /env/, shell: 'ksh' },
  { script: 'exit ${{ a }}', code: 'interpolation-arithmetic', help: /env/, shell: 'zsh' },
  { script: 'echo ${x:-${{ a }}}', code: 'interpolation-expansion', help: /value=\$\{\{ a \}\}/ },
  { script: 'echo "${x#${{ a }}}"', code: 'interpolation-expansion', help: /value=/ },
  { script: 'echo ${a[${{ a }}]}', code: 'interpolation-expansion', help: /value=/, shell: 'bash' },
  { script: 'eval ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'eval "$(cmd ${{ a }})"', code: 'interpolation-eval', help: /env/ },
  { script: 'sh -c "cmd ${{ a }}"', code: 'interpolation-eval', help: /sh -c 'command "\$1"' sh \$\{\{ a \}\}/ },
  { script: 'bash -ec ${{ a }}', code: 'interpolation-eval', help: /bash -c/ },
  { script: 'bash -c "$(cmd ${{ a }})" x', code: 'interpolation-eval', help: /bash -c/ },
  { script: '/usr/bin/env -i bash -o pipefail -c "x ${{ a }}"', code: 'interpolation-eval', help: /bash -c/ },
  { script: 'bash ${{ a }}', code: 'interpolation-eval', help: /`-- \$\{\{ a \}\}`/ },
  { script: 'bash <(cmd ${{ a }})', code: 'interpolation-eval', help: /\$\{\{ a \}\}/, shell: 'bash' },
  { script: 'bash <<EOF\necho ${{ a }}\nEOF\n', code: 'interpolation-eval', help: /bash -c/ },
  { script: 'bash -s x <<EOF\necho ${{ a }}\nEOF\n', code: 'interpolation-eval', help: /bash -c/ },
  { script: 'cat <<EOF | bash\necho ${{ a }}\nEOF\n', code: 'interpolation-eval', help: /bash -c/ },
  { script: 'echo ${{ a }} | sudo sh', code: 'interpolation-eval', help: /sh -c/ },
  { script: '{ echo ${{ a }}; } | sh -s', code: 'interpolation-eval', help: /sh -c/ },
  { script: 'for i in ${{ a }}; do echo "$i"; done | sh', code: 'interpolation-eval', help: /sh -c/ },
  { script: 'echo ${{ a }} | while read -r l; do eval "$l"; done', code: 'interpolation-eval', help: /env/ },
  { script: 'echo ${{ a }} > >(bash)', code: 'interpolation-eval', help: /bash -c/, shell: 'bash' },
  { script: 'bash <<< ${{ a }}', code: 'interpolation-eval', help: /bash -c/, shell: 'bash' },
  { script: 'run() { eval "$@"; }; run ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'outer() { run "$@"; }; run() { sh -c "$1"; }; outer ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'ssh host ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'ssh host <<EOF\n${{ a }}\nEOF\n', code: 'interpolation-eval', help: /env/ },
  { script: 'xargs -I{} sh -c ${{ a }}', code: 'interpolation-eval', help: /sh -c/ },
  { script: `echo \${{ a }} | xargs -I{} sh -c 'echo {}'`, code: 'interpolation-eval', help: /env/ },
  { script: 'docker exec box sh -c "echo ${{ a }}"', code: 'interpolation-eval', help: /sh -c/ },
  { script: 'find . -exec sh -c "x ${{ a }}" \\;', code: 'interpolation-eval', help: /sh -c|env/ },
  { script: 'trap ${{ a }} EXIT', code: 'interpolation-eval', help: /env/ },
  { script: '. ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'PS4=${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'env BASH_ENV=${{ a }} cmd', code: 'interpolation-eval', help: /env/ },
  { script: 'set ${{ a }}', code: 'interpolation-eval', help: /set -- / },
  { script: 'alias e=eval; e ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'sed "s/x/${{ a }}/" f', code: 'interpolation-eval', help: /perl/ },
  { script: `sed -i '' "s/x/\${{ a }}/" f`, code: 'interpolation-eval', help: /perl/ },
  { script: 'awk "{ print ${{ a }} }"', code: 'interpolation-eval', help: /ENVIRON/ },
  { script: 'python3 -c "print(${{ a }})"', code: 'interpolation-eval', help: /os\.environ/ },
  { script: 'python3.12 - <<EOF\nprint("${{ a }}")\nEOF\n', code: 'interpolation-eval', help: /os\.environ/ },
  { script: 'node -e "x(${{ a }})"', code: 'interpolation-eval', help: /process\.env/ },
  { script: "perl -e 'print @ARGV' ${{ a }}", code: 'interpolation-eval', help: /-- / },
  { script: 'sed s/a/b/ ${{ a }}', code: 'interpolation-eval', help: /-- / },
  { script: "awk '{ print }' ${{ a }}", code: 'interpolation-eval', help: /`< / },
  { script: 'scp x host:${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: '- eval ${{ a }}', code: 'interpolation-eval', help: /env/, shell: 'zsh' },
  { script: 'make X=${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: 'echo ${{ a }} | sqlite3 db', code: 'interpolation-eval', help: /env/ },
  { script: 'git -c ${{ a }} status', code: 'interpolation-eval', help: /env/ },
  { script: 'git submodule foreach ${{ a }}', code: 'interpolation-eval', help: /env/ },
  { script: '${{ a }} x', code: 'interpolation-command', help: /case \$\{\{ a \}\} in/ },
  { script: 'true && ./bin/${{ a }}', code: 'interpolation-command', help: /argv/ },
  { script: 'X=1 "${{ a }}"', code: 'interpolation-command', help: /argv/ },
  { script: '$(which ${{ a }}) x', code: 'interpolation-command', help: /argv/ },
  { script: 'sudo ${{ a }} x', code: 'interpolation-command', help: /argv/ },
  { script: 'timeout ${{ a }} cmd', code: 'interpolation-command', help: /argv/ },
  { script: '$RUNNER ${{ a }}', code: 'interpolation-command', help: /write the command's name/ },
  { script: '${{ a }}() { :; }', code: 'interpolation-unclear', help: /env/ },
  { script: 'for ${{ a }} in x; do :; done', code: 'interpolation-command', help: /name itself/ },
  { script: 'echo \\${{ a }}', code: 'interpolation-unclear', help: /env/ },
  { script: 'echo "\\${{ a }}"', code: 'interpolation-unclear', help: /env/ },
  { script: 'cmd >&${{ a }}', code: 'interpolation-unclear', help: /env/ },
  { script: 'echo "unclosed ${{ a }}', code: 'interpolation-unclear', help: /env/ },
  { script: "echo it's ${{ a }}", code: 'interpolation-unclear', help: /env/ },
  { script: 'cat <<EOF\n${{ a }}\n', code: 'interpolation-unclear', help: /env/ },
  { script: '((x = ${{ a }}))', code: 'interpolation-unclear', help: /env/ },
  { script: '[[ ${{ a }} == x ]]', code: 'interpolation-unclear', help: /env/ },
  { script: 'echo $"x ${{ a }}"', code: 'interpolation-unclear', help: /env/, shell: 'bash' },
  { script: 'rm !(${{ a }})', code: 'interpolation-unclear', help: /env/, shell: 'bash' },
  { script: 'echo "$\\\n((${{ a }}))"', code: 'interpolation-unclear', help: /env/ },
  { script: '(\\\n( x, ${{ a }} ))', code: 'interpolation-unclear', help: /env/, shell: 'bash' },
  { script: 'if a; then b; e\\\nlse ${{ a }}; fi', code: 'interpolation-unclear', help: /env/ },
  { script: 'a[ 1 ]=x ${{ a }}', code: 'interpolation-unclear', help: /env/, shell: 'bash' },
  { script: 'echo ${{ a', code: 'interpolation-unclosed', help: /\}\}/ },
  {
    script: 'print("${{ params.file-name }}")',
    code: 'interpolation-other-language',
    help: /os\.environ\["FILE_NAME"\]/,
    shell: 'python3',
  },
  { script: 'log("${{ a }}")', code: 'interpolation-other-language', help: /process\.env\.A\b/, shell: '/usr/bin/env node' },
  {
    script: 'puts "${{ steps.x.outputs.path }}"',
    code: 'interpolation-other-language',
    help: /ENV\["STEP_PATH"\]/,
    shell: 'ruby -w',
  },
  { script: '${{ a }}', code: 'interpolation-other-language', help: /environment variable A/, shell: 'brainfuck' },
];

for (const { script, code, help, shell } of refused) {
  test(`refuses ${JSON.stringify(script)}${shell === undefined ? '' : ` for ${shell}`} with ${code}`, () => {
    const { problems } = rewrite(script, shell);
    const problem = problems.find(
      (each) => script.slice(each.start, each.end).includes(' a') || script.slice(each.start, each.end).startsWith('${{'),
    );
    assert.ok(problem, 'nothing was refused');
    assert.equal(problem.code, code, problem.message);
    assert.match(problem.help, help);
  });
}

test('an expression that stands twice has one variable; others have their own, in order', () => {
  const { env } = rewrite('echo ${{ b }} ${{a}} "${{ b }}"');
  assert.deepEqual(env, [
    { name: 'V1', expression: 'b' },
    { name: 'V2', expression: 'a' },
  ]);
});

test('points at the expressions themselves, also behind an escaped one', () => {
  const script = "# $${{ x }} $${{\necho 'é😀${{ a }}' ${{ b }} && ${{ c }}";
  const { problems } = rewrite(script);
  assert.deepEqual(
    problems.map(({ start, end }) => script.slice(start, end)),
    ['${{ a }}', '${{ c }}'],
  );
});

test('what could not be followed spoils its own statement and what comes after, not what came before', () => {
  const script = "echo ${{ a }}\nx=$(echo 'unclosed)\necho ${{ b }}";
  const { problems, env } = rewrite(script);
  assert.deepEqual(env, [{ name: 'V1', expression: 'a' }]);
  assert.deepEqual(
    problems.map(({ code, start, end }) => [code, script.slice(start, end)]),
    [['interpolation-unclear', '${{ b }}']],
  );
  assert.match(problems[0]?.message ?? '', /line 2/);
});

test('an escaped `$${{` in a script is the three characters', () => {
  assert.equal(rewrite("echo '$${{ a }}' ${{ b }}").script, 'echo \'${{ a }}\' "${V1}"');
  assert.equal(rewrite('print("$${{ a }}")', 'python3').script, 'print("${{ a }}")');
});

test('knows a shell by its name, wherever it is and however it is started', () => {
  for (const shell of [
    'bash',
    '/bin/bash',
    'bash -e',
    '/usr/bin/env bash',
    '/usr/bin/env -S bash -eu',
    'env LC_ALL=C bash',
    'busybox sh',
    'zsh -f',
    'mksh',
    'dash',
  ]) {
    assert.deepEqual(rewrite('echo ${{ a }}', shell).problems, [], shell);
  }
  for (const shell of ['fish', 'pwsh', 'bashful', '', 'csh -f', 'nu']) {
    assert.deepEqual(
      rewrite('echo ${{ a }}', shell).problems.map(({ code }) => code),
      ['interpolation-other-language'],
      shell,
    );
  }
});

test('what is remembered of a script changes nothing for the same script with other values', () => {
  const scripts: { script: string; shell?: string }[] = [
    ...safe,
    { script: 'eval ${{ a }} # ${{ b }}\n' },
    { script: "echo ${{ a }} '${{ b }}' \uFFFF" },
  ];
  const judged: JudgedScripts = new Map();
  for (const { script, shell = 'sh' } of [...scripts, { script: "echo \uFFFF '${{ b }}' ${{ a }}" }]) {
    for (const each of [script, script.replaceAll('${{ a }}', '${{ steps.a.outputs.b }}')]) {
      const given = { script: each, shell, variable: (n: number) => `V${n}` };
      assert.deepEqual(rewriteScript({ ...given, judged }), rewriteScript(given));
    }
  }
});
