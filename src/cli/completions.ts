import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { candidates, type Program } from './candidates.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'

/**
 * What each shell is told. All of them ask the program, with `completions words -- WORDS...`, and take files when it answers
 * nothing.
 */
const scripts: Readonly<Record<string, string>> = {
  // Bash 3.2, which macOS has, knows no mapfile.
  bash: `_millrace() {
  local IFS=$'\\n'
  COMPREPLY=($(command millrace completions words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _millrace millrace
`,
  zsh: `whence compdef >/dev/null || { autoload -Uz compinit && compinit }
_millrace() {
  local -a found
  found=(\${(f)"$(command millrace completions words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then
    compadd -a found
  else
    compset -P '--*='
    _files
  fi
}
compdef _millrace millrace
`,
  fish: `function __millrace_candidates
    set -l words (commandline -opc)
    set -e words[1]
    set -l begun (commandline -ct)
    set -l found (command millrace completions words -- $words "$begun" 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path "$begun"
    end
end
complete -c millrace -f -a '(__millrace_candidates)'
`,
}

export const grammar: Grammar = {
  usage: 'millrace completions bash|zsh|fish',
  about:
    'Prints a script for a shell, which then completes commands, recipes, flags and their values by Tab. It asks the millrace on the PATH, and so is never out of date.',
  flags: {},
  closing: `bash, in ~/.bashrc: eval "$(millrace completions bash)"
zsh, in ~/.zshrc: eval "$(millrace completions zsh)"
fish, in ~/.config/fish/config.fish: millrace completions fish | source`,
}

/** Prints the script for a shell, or what that script asks for: a candidate a line, and never an error. */
export async function completions(args: readonly string[], program: Program): Promise<number> {
  const [first, dashes, ...typed] = args
  if (first === 'words' && dashes === '--') {
    const found = await candidates(typed, program)
    process.stdout.write(found.map((word) => `${word}\n`).join(''))
    return 0
  }
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [shell, ...others] = read.words
  refuseWords(others)
  process.stdout.write(scriptFor(shell))
  return 0
}

function scriptFor(shell: string | undefined): string {
  const known = Object.keys(scripts)
  if (shell === undefined)
    throw new UsageError('which shell?', { hint: `${known.join(', ')}: millrace completions bash` })
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  if (script === undefined)
    throw new UsageError(`no completions for ${shell}`, { hint: didYouMean(shell, known) })
  return script
}
