import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { candidates } from '../../src/cli/candidates.ts'
import { program } from '../../src/cli/main.ts'
import { registry } from '../../src/pipelines/registry.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { command, millrace, root } from './spawn-millrace.ts'

const offered = (typed: readonly string[]): Promise<string[]> => candidates(typed, program)
const recipes = registry.map(({ name }) => name)
const stocks = ['stocks-trades', 'stocks-quotes', 'stocks-minute', 'stocks-daily']
const formats = ['parquet', 'raw', 'csv', 'ndjson', 'arrow']

/** Words after `millrace`, the last one begun. */
const cases: readonly (readonly [typed: readonly string[], candidates: readonly string[]])[] = [
  [['r'], ['recipes', 'run', 'ratios']],
  [['-'], ['--help', '--version']],
  [[''], Object.keys(program.commands)],
  [
    ['completions', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['completions', 'bash', ''], []],
  ...['run', 'show', 'plan', 'sync', 'ls', 'doctor'].map((name) => [[name, ''], recipes] as const),
  [['run', 'stocks'], stocks],
  [['run', 'stocks_t'], ['stocks_trades']],
  [
    ['run', 'us_stocks'],
    ['trades', 'quotes', 'minute_aggs', 'day_aggs'].map((type) => `us_stocks_sip/${type}_v1`),
  ],
  [['run', './recipe'], []],
  [['run', './recipe.js', '--ti'], ['--timeout']],
  [['run', 'stocks-trades', ''], []],
  [['run', '--json', 'stocks-'], stocks],
  [['run', '--start', '2024-03-01', 'stocks-'], stocks],
  [
    ['run', 'stocks-trades', '--ti'],
    ['--tickers', '--timestamps', '--timeout'],
  ],
  [['run', 'us_options/trades_v1', '--os'], ['--osi']],
  [['run', 'us_options_opra/trades_v1', '--os'], ['--osi']],
  [['run', 'stocks-trades', '--name', 'options_trades', '--os'], []],
  [
    ['run', 'stocks-trades', '--timestamps', 'us', '--ti'],
    ['--tickers', '--timeout'],
  ],
  [
    ['run', 'stocks-trades', '--timestamps=us', '--ti'],
    ['--tickers', '--timeout'],
  ],
  [
    ['show', 'stocks-trades', '--'],
    ['--json', '--help'],
  ],
  [['sync', 'stocks-trades', '--format', ''], formats],
  [['run', 'stocks-trades', '--format', 'p'], ['parquet']],
  [['run', 'stocks-trades', '--format=p'], ['--format=parquet']],
  [['run', 'stocks-trades', '--format', '=', 'p'], ['parquet']],
  [['run', 'stocks-trades', '--format', '='], formats],
  [['run', 'stocks-trades', '--format', 'raw', '--fl'], ['--flat']],
  [['run', 'stocks-trades', '--start', '-'], []],
  [['run', 'stocks-trades', '--out', ''], []],
  [['run', 'stocks-trades', '--out=l'], []],
  [['run', 'stocks-trades', '--', '--'], []],
  [['run', '--unknown', ''], []],
  [
    ['plan', 'stocks-daily', '--as', ''],
    ['aws', 'rclone', 's5cmd'],
  ],
  [
    ['verify', 'lake', '--h'],
    ['--hash', '--help'],
  ],
  [['get', 'some/key', '-o', ''], []],
  [
    ['cat', 'lake', 'dividends', '--format', ''],
    ['csv', 'ndjson', 'arrow', 'parquet'],
  ],
  [['status', ''], []],
  [['constructor', ''], []],
  [['run', 'stocks-trades', '--constructor', ''], []],
]

describe('what typed words can become', () => {
  for (const [typed, expected] of cases)
    test(`millrace ${typed.join(' ')}: ${expected.slice(0, 3).join(' ') || 'nothing'}`, async () =>
      assert.deepEqual(await offered(typed), expected))
})

test('each command offers the flags that its help shows', async () => {
  const withRecipe: Readonly<Record<string, readonly string[]>> = {
    run: ['stocks-trades'],
    sync: ['stocks-daily'],
  }
  for (const name of Object.keys(program.commands)) {
    const words = withRecipe[name] ?? []
    const help = readFileSync(join(root, 'test/golden', `${['help', name, ...words].join('-')}.txt`), 'utf8')
    const shown = [...help.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag)
    assert.deepEqual(await offered([name, ...words, '--']), shown, name)
  }
})

test('a recipe has the same parameters with and without its stages', async () => {
  for (const { name, load, params } of registry)
    assert.deepEqual(Object.keys(await params()), Object.keys((await load()).params), name)
})

test('whatever is typed, each candidate goes on from it', async () => {
  const known = [...Object.keys(program.commands), ...stocks, '--format', '--format=', '=', '--', '-', '']
  const word = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary' }))
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (typed) => {
      const last = typed.at(-1) ?? ''
      for (const one of await offered(typed)) assert.ok(one.startsWith(last === '=' ? '' : last), one)
    }),
  )
})

test('nonsense is answered with nothing, and no error', async () => {
  for (const words of [
    ['nonsense', ''],
    ['run', '--json=1', '--\n'],
    ['get', '--help', 'x'],
    ['--json', ''],
  ])
    assert.deepEqual(await millrace(['completions', 'words', '--', ...words]), {
      code: 0,
      stdout: '',
      stderr: '',
    })
})

test('a shell that is not known is told which are', async () => {
  const { code, stdout, stderr } = await millrace(['completions', 'zhs'])
  assert.deepEqual([code, stdout], [2, ''])
  assert.equal(stderr, 'millrace: no completions for zhs\n  hint: did you mean zsh?\n')
})

const quote = (word: string): string => `'${word}'`

/** How a shell is asked, without a terminal, what it would offer: the script is sourced from $SCRIPT. */
const shells: Readonly<Record<string, { flags: readonly string[]; ask(words: readonly string[]): string }>> =
  {
    bash: {
      flags: ['--norc', '-c'],
      // As Bash takes words apart.
      ask: (typed) => {
        const words = typed.flatMap((word) => word.split(/(=)/)).map(quote)
        return `source "$SCRIPT"
complete -p millrace | grep -q -- '-o default -F _millrace' || echo not registered
COMP_WORDS=(millrace ${words.join(' ')}) COMP_CWORD=${words.length}
_millrace millrace
(( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}" || echo files`
      },
    },
    zsh: {
      flags: ['-f', '-c'],
      ask: (words) => `compdef() { [[ "$*" == '_millrace millrace' ]] || echo not registered }
compadd() { print -rl -- \${(P)2} }
compset() { :; }
_files() { echo files }
source "$SCRIPT"
words=(millrace ${words.map(quote).join(' ')}) CURRENT=${words.length + 1}
_millrace`,
    },
    fish: {
      flags: ['--no-config', '-c'],
      ask: (words) => `source $SCRIPT
function __fish_complete_path; echo files; end
complete -C 'millrace ${words.join(' ')}'`,
    },
  }

/** A folder with a `millrace` for the PATH, and the script. */
async function installed(t: TestContext, shell: string) {
  const folder = tempDir(t)
  const script = join(folder, 'script')
  writeFileSync(script, (await millrace(['completions', shell])).stdout)
  const program = `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`
  writeFileSync(join(folder, 'millrace'), program, { mode: 0o755 })
  return { PATH: [folder, process.env['PATH']].join(delimiter), HOME: folder, SCRIPT: script }
}

const asked: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
  [['re'], ['recipes']],
  [['run', 'stocks-'], stocks],
  [
    ['run', 'stocks-trades', '--ti'],
    ['--tickers', '--timestamps', '--timeout'],
  ],
  [['run', 'stocks-trades', '--format', ''], formats],
  [['status', ''], ['files']],
  [['get', 'some/key', '--out', 'fil'], ['files']],
]

for (const [shell, { flags, ask }] of Object.entries(shells)) {
  const isThere = spawnSync(shell, ['-c', 'true']).status === 0
  test(`${shell} completes by the script that it is given`, {
    skip: !isThere && `no ${shell} here`,
  }, async (t) => {
    const env = await installed(t, shell)
    for (const [words, expected] of asked) {
      const { stdout, stderr } = spawnSync(shell, [...flags, ask(words)], { env, encoding: 'utf8' })
      assert.equal(stderr, '')
      assert.deepEqual(stdout.trim().split('\n').sort(), [...expected].sort(), words.join(' '))
    }
  })
}
