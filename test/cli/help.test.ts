import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { matchesGolden } from '../helpers/golden.ts'
import { writeRaw } from '../helpers/raw-files.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace, recipeFile } from './spawn-millrace.ts'

const goldens: Readonly<Record<string, readonly string[]>> = {
  'help.txt': ['--help'],
  'help-recipes.txt': ['recipes', '--help'],
  'help-show.txt': ['show', '--help'],
  'help-ls.txt': ['ls', '--help'],
  'help-plan.txt': ['plan', '--help'],
  'help-run.txt': ['run', '--help'],
  'help-run-file.txt': ['run', recipeFile('flags.js'), '--help'],
  'help-run-stocks-trades.txt': ['run', 'stocks_trades', '--help'],
  'help-run-options-trades.txt': ['run', 'us_options/trades_v1', '--help'],
  'help-run-screener.txt': ['run', 'screener', '--help'],
  'help-run-dividends.txt': ['run', 'dividends', '--help'],
  'help-get.txt': ['get', '--help'],
  'help-sync.txt': ['sync', '--help'],
  'help-sync-stocks-daily.txt': ['sync', 'stocks-daily', '--help'],
  'help-status.txt': ['status', '--help'],
  'help-verify.txt': ['verify', '--help'],
  'help-gc.txt': ['gc', '--help'],
  'help-doctor.txt': ['doctor', '--help'],
  'help-cat.txt': ['cat', '--help'],
  'help-compact.txt': ['compact', '--help'],
  'help-completions.txt': ['completions', '--help'],
  'help-views.txt': ['views', '--help'],
  'help-ratios.txt': ['ratios', '--help'],
  'ratios.txt': ['ratios', 'list'],
  'ratios-dupont.json': ['ratios', 'list', '--group', 'dupont', '--json'],
  'ratio-current.txt': ['ratios', 'explain', 'current_ratio'],
  'ratio-eps-growth.txt': ['ratios', 'explain', 'eps_diluted_growth'],
  'ratio-runway.txt': ['ratios', 'explain', 'cash_runway_months'],
  'ratio-margin.json': ['ratios', 'explain', 'gross_profit_margin', '--json'],
  'recipes.txt': ['recipes'],
  'recipes.json': ['recipes', '--json'],
  'show-file.txt': ['show', recipeFile('flags.js')],
  'show-file.json': ['show', recipeFile('flags.js'), '--json'],
  'show-endless.txt': ['show', `${recipeFile('endless.js')}#endless`],
  'show-stocks-trades.txt': ['show', 'stocks-trades'],
  'show-screener.txt': ['show', 'screener'],
  'show-futures-cme-daily.txt': ['show', 'futures-cme-session'],
}

describe('what is shown', { concurrency: 3 }, () => {
  for (const [name, args] of Object.entries(goldens))
    test(`millrace ${args.join(' ')} is ${name}`, async () => {
      const { code, stdout, stderr } = await millrace(args)
      assert.equal(stderr, '')
      assert.equal(code, 0)
      await matchesGolden(name, stdout)
    })
})

const logLoads = new URL('./log-loads.js', import.meta.url).href
const heavy = /@aws-sdk|apache-arrow|parquet-wasm|csv-parse|hyparquet|zstd-wasm|node_modules\/ora\//

/** Addresses of all modules that the command loads. */
async function loadsOf(args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-loads-'))
  try {
    const log = join(folder, 'loads')
    const { stderr } = await millrace(args, {
      NODE_OPTIONS: `--import=${logLoads}`,
      MILLRACE_TEST_LOADS: log,
    })
    assert.equal(stderr, '')
    return await readFile(log, 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}

for (const args of [
  ['--help'],
  ['--version'],
  ['run', '--help'],
  ['run', 'stocks-trades', '--help'],
  ['run', 'dividends', '--help'],
  ['plan', 'stocks-trades', '--help'],
  ['sync', '--help'],
  ['sync', 'stocks-daily', '--help'],
  ['get', '--help'],
  ['views', '--help'],
  ['cat', '--help'],
  ['compact', '--help'],
  ['recipes'],
  ['completions', 'words', '--', 'run', 'stocks-trades', '--'],
  ['completions', 'words', '--', 'verify', '--'],
])
  test(`millrace ${args.join(' ')} loads nothing heavy`, async () => {
    const loads = await loadsOf(args)
    assert.match(loads, /cli\/main\.js\n/)
    assert.doesNotMatch(loads, heavy)
  })

test('millrace --version loads nothing that reads arguments or runs a recipe', async () => {
  assert.doesNotMatch(await loadsOf(['--version']), /yargs|cli\/execute|core\/run/)
})

for (const [title, args] of Object.entries({
  'a plan of flat files': ['plan'],
  'a run that keeps files as they are': ['run', '--format', 'raw', '--quiet'],
}))
  test(`${title} loads nothing that reads them`, async (t) => {
    const folder = tempDir(t)
    writeRaw(folder, 'stocks-trades', '2024-03-01', [{ ticker: 'A' }])
    const [command = '', ...more] = args
    const out = ['--start', '2024-03-01', '--from', folder, '--out', join(folder, 'out')]
    const loads = await loadsOf([command, 'stocks-trades', ...out, ...more])
    assert.match(loads, /transforms\/parse-csv\.js\n/)
    assert.doesNotMatch(loads, heavy)
    assert.doesNotMatch(loads, /kernel-bytes|encoder-bytes/)
  })

test('the log of loads would show a heavy package', async () => {
  assert.match(await loadsOf(['run', recipeFile('pieces.js'), '--help']), heavy)
})
