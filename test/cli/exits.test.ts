import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace, recipeFile, root } from './spawn-millrace.ts'

const failing = ['run', recipeFile('failing.js'), '--why']
const flags = ['run', recipeFile('flags.js')]
const asked = [...flags, '--start', '2024-03-01']

/** What is written, the exit code, and what stderr says (stdout, when it is 0). */
const cases: readonly (readonly [args: string[], code: number, says: RegExp])[] = [
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['run', recipeFile('pieces.js'), '--json'], 0, /"done":2/],
  [['run', `${recipeFile('several.js')}#other`, '--json'], 0, /"recipe":"other"/],
  [['run', '--quiet=false', recipeFile('pieces.js'), '--json'], 0, /"done":2/],
  [['run', '--limit', '1', recipeFile('pieces.js'), '--json'], 0, /"done":1/],
  [[...failing, 'reader-left', '--json'], 0, /"notStarted":1/],

  [[...failing, 'bug'], 1, /TypeError: a bug\n +at .*please report/s],
  [[...failing, 'bug', '--planning'], 1, /^millrace: TypeError: a bug\n +at .*please report/s],
  [[...failing, 'bug', '--stuck'], 1, /waits for something that cannot come/],

  [[], 2, /which command\?.*recipes, show, .*run/s],
  [['rn'], 2, /unknown command rn.*did you mean run\?/s],
  [['--quiet', 'run'], 2, /unknown flag --quiet.*the command comes first/s],
  [['recipes', 'all'], 2, /all is one word too many/],
  [['recipes', '--jsn'], 2, /unknown flag --jsn.*did you mean --json\?/s],
  [['show'], 2, /which recipe\?.*millrace recipes lists all, as stocks-trades/s],
  [['run'], 2, /which recipe\?.*stocks-trades/s],
  [['run', 'stoks-trades'], 2, /unknown recipe stoks-trades.*did you mean stocks-trades\?/s],
  [['run', 'weather'], 2, /unknown recipe weather.*millrace recipes lists all/s],
  [['run', 'option_trade'], 2, /unknown recipe option_trade.*did you mean options_trades\?/s],
  [['run', 'cme-trades'], 2, /unknown recipe cme-trades.*perhaps futures-cme-trades; millrace recipes/s],
  [['show', 'us_options/trades_v2'], 2, /unknown recipe.*did you mean us_options\/trades_v1\?/s],
  [['run', './recipe.ts'], 2, /\.js or \.mjs/],
  [['run', './nowhere.js'], 2, /nowhere\.js: no such file/],
  [['run', recipeFile('none.mjs')], 2, /exports no recipe/],
  [['run', recipeFile('broken.mjs')], 2, /cannot be loaded: this file is broken/],
  [['run', recipeFile('several.js')], 2, /exports 2 recipes.*several\.js#small/s],
  [['run', `${recipeFile('several.js')}#othr`], 2, /exports no recipe othr.*did you mean other\?/s],
  [['run', recipeFile('clash.js')], 2, /parameter quiet has the name of a flag of every run/],
  [flags, 2, /--start must be given.*--start DATE: first day/s],
  [[...flags, '--start', '2024-13-01'], 2, /--start: 2024-13-01 is not a day.*write 2024-03-01/s],
  [[...asked, '--strat', 'x'], 2, /unknown flag --strat.*did you mean --start\?/s],
  [[...asked, '--keepRaw', 'x'], 2, /unknown flag --keepRaw.*did you mean --keep-raw\?/s],
  [[...asked, '--no-flat'], 2, /unknown flag --no-flat/],
  [[...asked, '-flat'], 2, /unknown flag -flat.*did you mean --flat\?/s],
  [[...asked, '--end'], 2, /--end lacks its value/],
  [[...asked, '--start', '2024-03-02'], 2, /--start is given 2 times/],
  [[...asked, '--flat', '--flat'], 2, /--flat is given 2 times/],
  [[...asked, '--flat=yes'], 2, /--flat: yes is neither true nor false/],
  [[...asked, '--format', 'xml'], 2, /--format: xml is none of parquet, csv/],
  [[...asked, '--workers', '0'], 2, /--workers: 0 is not a whole number/],
  [[...asked, '--bwlimit', 'fast'], 2, /--bwlimit: fast is not a whole number of bytes/],
  [[...asked, '--bwlimit', '0.5'], 2, /--bwlimit: 0\.5 is not a whole number of bytes.*write 64M/s],
  [[...asked, '-5'], 2, /unknown flag -5\n/],
  [[...asked, '-'], 2, /- is one word too many/],
  [[...asked, '--', '--flat'], 2, /--flat is one word too many/],
  [[...asked, '--config', './none.json'], 2, /none\.json cannot be read/],
  [[...failing, 'usage'], 2, /error: 1: a wrong value\n {2}hint: give another\n/],

  [[...failing, 'access'], 3, /error: 1: no key\n {2}hint: bring one\n/],
  [[...failing, 'missing'], 4, /error: 1: no file\n/],
  [[...failing, 'network', '--retries', '0'], 5, /error: 1: nobody there\n/],
  [[...failing, 'data'], 6, /error: 1: row 3, column price: bad bytes\n/],
  [[...failing, 'data', '--planning'], 6, /^millrace: row 3, column price: bad bytes\n$/],
  [
    [...failing, 'data', '--bad', '2'],
    6,
    /failed: 1 \(data\)\nfailed: 2 \(data\)\n0 files done \(2 failed\)/,
  ],
  [[...failing, 'write', '--quiet'], 7, /^error: 1: disk full\n$/],
  [[...failing, 'data', '--good', '1'], 9, /1 file done \(1 failed\)/],
  [
    [...failing, 'data', '--also-why', 'write', '--bad', '2', '--workers', '1'],
    9,
    /failed: 1 \(data\)\nfailed: 2 \(write\)/,
  ],
]

test('a recipe file outside the project is told how to find millrace, with exit 2', async (t) => {
  const path = join(tempDir(t), 'recipe.mjs')
  for (const text of [
    `import 'millrace'`,
    `import { createRequire } from 'node:module'
createRequire(import.meta.url)('millrace')`,
  ]) {
    writeFileSync(path, text)
    const { code, stdout, stderr } = await millrace(['run', path])
    assert.deepEqual([code, stdout], [2, ''])
    const folder = root.replace(/.$/, '')
    assert.ok(
      stderr.endsWith(`\n  hint: put it inside ${folder}, or run npm install ${folder} beside it\n`),
      stderr,
    )
  }
})

describe('exit codes', { concurrency: 3 }, () => {
  for (const [args, code, says] of cases)
    test(`millrace ${args.join(' ')} exits ${code}`, async () => {
      const told = await millrace(args)
      assert.equal(told.code, code, told.stderr)
      assert.match(code === 0 ? told.stdout : told.stderr, says)
      if (code === 2) assert.equal(told.stdout, '')
      assert.doesNotMatch(told.stderr, code === 1 ? /Warning/ : /Warning|\n +at /)
    })
})
