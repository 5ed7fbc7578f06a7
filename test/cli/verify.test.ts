import assert from 'node:assert/strict'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { editManifest, fillLake, writeRaw } from '../helpers/verified-lake.ts'
import { millrace } from './spawn-millrace.ts'

const [good, raw] = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'millrace-test-'))) as [string, string]
before(async () => {
  for (const date of ['2024-03-01', '2024-03-04']) {
    await writeRaw(raw, { dataset: 'stocks-trades', date, rows: 600 })
    await writeRaw(raw, { dataset: 'stocks-daily', date, rows: 20 })
  }
  const range = { start: '2024-03-01', end: '2024-03-04' }
  await fillLake(good, raw, { recipe: 'stocks-trades', rowGroupRows: '200', ...range })
  await fillLake(good, raw, { recipe: 'stocks-daily', ...range })
  await fillLake(good, raw, { recipe: 'stocks-trades', name: 'parted', partitionBy: 'tape', ...range })
})
after(() => {
  for (const folder of [good, raw]) rmSync(folder, { recursive: true })
})

const trades = 'stocks_trades/date=2024-03-01/part-0.parquet'
const daily = 'stocks_daily/date=2024-03-01/part-0.parquet'

/** A byte in the middle of the pages. */
function flip(path: string): void {
  const bytes = readFileSync(path)
  bytes[200] = (bytes[200] as number) ^ 1
  writeFileSync(path, bytes)
}

/** Something done to a lake, and what a look at it says. */
interface Case {
  readonly damage: (root: string) => void
  readonly flags?: readonly string[]
  readonly says: RegExp
  readonly code?: number
}

const cases: Readonly<Record<string, Case>> = {
  'a missing file': {
    damage: (root) => rmSync(join(root, trades)),
    says: /wrong: stocks_trades\/date=2024-03-01\/part-0\.parquet: it is missing\n {2}next: millrace run stocks-trades --start 2024-03-01 --out \S+ --force --row-group-rows 200 --from \S+\n/,
  },
  'a file cut off': {
    damage: (root) => truncateSync(join(root, trades), 1000),
    says: /part-0\.parquet: it has 1000 bytes, and the manifest says \d+\n {2}next: /,
  },
  'a file cut off, and a manifest that agrees': {
    damage(root) {
      truncateSync(join(root, daily), 1000)
      editManifest(root, /("stocks_daily\/date=2024-03-01\/part-0\.parquet","bytes":)\d+/, '$11000')
    },
    says: /stocks_daily\/\S+: it cannot be read: the file does not end as Parquet does\n/,
  },
  'a file of nothing, and a manifest that agrees': {
    damage(root) {
      truncateSync(join(root, daily), 0)
      editManifest(root, /("stocks_daily\/date=2024-03-01\/part-0\.parquet","bytes":)\d+/, '$10')
    },
    says: /it cannot be read: the file does not end as Parquet does\n/,
  },
  'a folder in place of a file': {
    damage(root) {
      rmSync(join(root, daily))
      mkdirSync(join(root, daily))
    },
    says: /it is no file/,
  },
  'a row count that the footer has not': {
    damage: (root) => editManifest(root, /"rows":600/, '"rows":601'),
    says: /part-0\.parquet: it has 600 rows, and the manifest says 601\n {2}next: /,
  },
  'a flipped byte, which only --hash finds': {
    damage: (root) => flip(join(root, daily)),
    flags: ['--hash'],
    says: /its SHA-256 is [0-9a-f]{64}, and the manifest says [0-9a-f]{64}: its bytes have changed/,
  },
  'pages that no reader understands, with --deep': {
    damage(root) {
      const bytes = readFileSync(join(root, trades))
      bytes.fill(0xff, 4, 200)
      writeFileSync(join(root, trades), bytes)
    },
    flags: ['--deep'],
    says: /stocks_trades\/\S+: it cannot be read: .+\n/,
  },
  'a file too many': {
    damage: (root) => copyFileSync(join(root, daily), join(root, daily.replace('part-0', 'part-1'))),
    says: /wrong: stocks_daily\/date=2024-03-01\/part-1\.parquet: no line of the manifest names it.*\n {2}next: move it away if it is yours; millrace gc \S+ --unlisted removes it\n/,
  },
  'a day in a folder that nobody knows': {
    damage: (root) => cpSync(join(root, 'stocks_daily'), join(root, 'other'), { recursive: true }),
    says: /wrong: other\/date=2024-03-04\/part-0\.parquet: no line/,
  },
  'a span that the file has not': {
    damage: (root) =>
      editManifest(root, /("column":"window_start","kind":"timestamp_us","min":")\d+/, '$11709269200000001'),
    says: /the manifest says that window_start is 2024-03-01T05:00:00.000001Z to .*, and the file 2024-03-01T05:00:00Z to /,
  },
  'a folder that tells another level': {
    damage: (root) => editManifest(root, /"partition":\["date","tape"\]/, '"partition":["date","exchange"]'),
    says: /parted\/\S+: its folders tell date, tape, where those of parted tell date, exchange/,
  },
  'a folder of another day': {
    damage: (root) => editManifest(root, /("table":"parted","unit":")2024-03-01/, '$12024-03-05'),
    says: /parted\/\S+: it is of 2024-03-05, and its folder is date=2024-03-01/,
  },
}

describe('damage', { concurrency: 2 }, () => {
  for (const [what, { damage, flags = [], says, code = 6 }] of Object.entries(cases))
    test(`${what} is named, and is exit ${code}`, async (t) => {
      const root = tempDir(t)
      cpSync(good, root, { recursive: true })
      damage(root)
      const told = await millrace(['verify', root, ...flags])
      assert.equal(told.stderr, '')
      assert.match(told.stdout, says)
      assert.equal(told.code, code, told.stdout)
    })
})

for (const flags of [[], ['--hash'], ['--deep']])
  test(`a lake as a run left it is right${flags.map((flag) => `, with ${flag}`)}, and stays as it is`, async () => {
    const before = filesUnder(good)
    const { code, stdout, stderr } = await millrace(['verify', good, ...flags])
    assert.deepEqual([code, stderr], [0, ''], stdout)
    assert.match(stdout, /^stocks_daily {3}2 units, 2 files, 40 rows, .*: ok\n/m)
    assert.match(stdout, /^stocks_trades {2}2 units, 2 files, 1200 rows, .*: ok\n/m)
    assert.match(stdout, /: all as the manifest says\n$/)
    assert.deepEqual(filesUnder(good), before)
  })

test('--json tells the same in one object', async (t) => {
  const root = tempDir(t)
  cpSync(good, root, { recursive: true })
  rmSync(join(root, daily))
  const { code, stdout } = await millrace(['verify', root, '--json'])
  const { lake, wrong, tables, findings } = JSON.parse(stdout)
  assert.deepEqual([code, lake, wrong], [6, root, 1])
  assert.deepEqual(
    tables.map((one: { table: string; wrong: number }) => [one.table, one.wrong]),
    [
      ['parted', 0],
      ['stocks_daily', 1],
      ['stocks_trades', 0],
    ],
  )
  const [{ next, ...finding }] = findings
  assert.deepEqual(finding, {
    verdict: 'wrong',
    path: daily,
    what: 'it is missing',
    table: 'stocks_daily',
    unit: '2024-03-01',
  })
  assert.match(next, /^millrace run stocks-daily --start 2024-03-01 /)
})

test('the command that it names makes the file anew', async (t) => {
  const root = tempDir(t)
  cpSync(good, root, { recursive: true })
  rmSync(join(root, 'parted/date=2024-03-01'), { recursive: true })
  flip(join(root, trades))
  const told = await millrace(['verify', root, '--hash', '--json'])
  const commands = JSON.parse(told.stdout).findings.map(({ next }: { next: string }) => next)
  for (const command of new Set<string>(commands)) {
    const [, ...words] = command.split(' ')
    const made = await millrace(words)
    assert.equal(made.code, 0, `${command}\n${made.stderr}`)
  }
  assert.equal((await millrace(['verify', root, '--hash'])).code, 0)
})

const refusals: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [[], 2, /which lake\?\n {2}hint: /],
  [['LAKE', 'two'], 2, /two is one word too many/],
  [
    ['LAKE', '--table', 'stocks_minute'],
    2,
    /the lake has no table stocks_minute\n {2}hint: it has parted, stocks_daily, stocks_trades/,
  ],
  [['/nonexistent'], 2, /\/nonexistent: there is no such folder\n {2}hint: /],
  [['RAW'], 2, /is no lake: there is no _millrace in it\n {2}hint: /],
]
for (const [args, code, says] of refusals)
  test(`millrace verify ${args.join(' ')} exits ${code}`, async () => {
    const places: Readonly<Record<string, string>> = { LAKE: good, RAW: raw }
    const told = await millrace(['verify', ...args.map((arg) => places[arg] ?? arg)])
    assert.deepEqual([told.code, told.stdout], [code, ''])
    assert.match(told.stderr, says)
  })

const lines: readonly (readonly [what: string, line: string, says: RegExp])[] = [
  ['garbage', 'hello', /manifest\.ndjson, line \d+: no line that millrace writes there: hello/],
  [
    'a newer version',
    '{"v":2,"table":"t"}',
    /manifest\.ndjson, line \d+: written by a newer version, which says v 2/,
  ],
]
for (const [what, line, says] of lines)
  test(`a manifest with ${what} is exit 6`, async (t) => {
    const root = tempDir(t)
    cpSync(good, root, { recursive: true })
    writeFileSync(join(root, '_millrace/manifest.ndjson'), `${line}\n`, { flag: 'a' })
    const { code, stderr } = await millrace(['verify', root])
    assert.equal(code, 6)
    assert.match(stderr, says)
  })

test('only the tables that are named are looked at', async (t) => {
  const root = tempDir(t)
  cpSync(good, root, { recursive: true })
  rmSync(join(root, daily))
  const { code, stdout } = await millrace(['verify', root, '--table', 'stocks_trades', 'parted'])
  assert.equal(code, 0, stdout)
  assert.doesNotMatch(stdout, /stocks_daily/)
})
