import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { millrace, recipeFile } from './spawn-millrace.ts'

const defaults = {
  start: { date: '2024-03-01' },
  format: 'parquet',
  rowGroupRows: 122_880,
  most: 64_000_000,
  out: './lake',
  flat: false,
}

/** What the recipe was given. */
async function paramsOf(args: readonly string[]): Promise<unknown> {
  const { code, stderr } = await millrace(['run', ...args])
  assert.equal(code, 0, stderr)
  return JSON.parse(/^warning: params (.*)$/m.exec(stderr)?.[1] ?? 'null')
}

const recipe = recipeFile('flags.js')
const asked = [recipe, '--start', '2024-03-01']

describe('what is written is what a recipe gets', { concurrency: 3 }, () => {
  const cases: readonly (readonly [args: string[], values: object])[] = [
    [asked, {}],
    [[recipe, '--start', '-5d'], { start: { daysAgo: 5 } }],
    [[recipe, '--start=-5d'], { start: { daysAgo: 5 } }],
    [['--start', '2024-03-01', recipe], {}],
    [['--flat', recipe, '--start', '2024-03-01'], { flat: true }],
    [[...asked, '--out', '-'], { out: '-' }],
    [[...asked, '--tickers', 'NA,TRUE,1E5,007'], { tickers: ['NA', 'TRUE', '1E5', '007'] }],
    [[...asked, '--tickers', '007'], { tickers: ['007'] }],
    [[...asked, '--tickers', 'true'], { tickers: ['true'] }],
    [[...asked, '--tickers=BRK.B'], { tickers: ['BRK.B'] }],
    [[...asked, '--quote="'], { quote: '"' }],
    [[...asked, '--quote', "'"], { quote: "'" }],
    [[...asked, '--keep-raw', './raw'], { keepRaw: './raw' }],
    [[...asked, '--most', '2Mi', '--row-group-rows', '1000'], { most: 2 ** 21, rowGroupRows: 1000 }],
    [[...asked, '--flat=true'], { flat: true }],
    [[...asked, '--flat=false'], { flat: false }],
  ]
  for (const [args, values] of cases)
    test(`run ${args.join(' ')}`, async () => {
      assert.deepEqual(await paramsOf(args), { ...defaults, ...values })
    })
})

describe('a config file', { concurrency: 3 }, () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-config-'))
  })
  after(() => rm(folder, { recursive: true }))

  const withConfig = async (name: string, text: string, args: readonly string[] = []): Promise<string[]> => {
    const path = join(folder, `${name}.json`)
    await writeFile(path, text)
    return [recipe, '--config', path, ...args]
  }

  test('holds any of the flags, in either spelling, and the command line wins', async () => {
    const config = {
      start: '-3d',
      'keep-raw': './raw',
      rowGroupRows: 5000,
      tickers: ['A', 'NA'],
      flat: true,
      out: './config',
      secretKey: 'not-for-recipes',
      bwlimit: 0,
    }
    const args = await withConfig('good', JSON.stringify(config), ['--out', './here', '--flat=false'])
    assert.deepEqual(await paramsOf(args), {
      ...defaults,
      start: { daysAgo: 3 },
      keepRaw: './raw',
      rowGroupRows: 5000,
      tickers: ['A', 'NA'],
      out: './here',
    })
  })

  const refused: readonly (readonly [name: string, text: string, says: RegExp])[] = [
    ['no-flag', '{"tickrs": "A"}', /unknown key tickrs\n {2}hint: did you mean tickers\?/],
    ['itself', '{"config": "other.json"}', /unknown key config/],
    ['twice', '{"keepRaw": "a", "keep-raw": "b"}', /keep-raw is given twice/],
    ['nested', '{"tickers": {"A": 1}}', /tickers must be a text, a number/],
    ['empty', '{"start": null}', /start must be a text, a number/],
    ['list', '["start"]', /not a JSON object/],
    ['meaningless', '{"start": "yesterday"}', /--start: yesterday is not a day/],
    ['broken', '{"secret-key": "s3cr3t-value" oops', /not JSON \(at position \d+\)/],
  ]
  for (const [name, text, says] of refused)
    test(`with ${text} is refused`, async () => {
      const { code, stderr } = await millrace(['run', ...(await withConfig(name, text))])
      assert.equal(code, 2)
      assert.match(stderr, says)
      assert.doesNotMatch(stderr, /s3cr3t/)
    })
})
