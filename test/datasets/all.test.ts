import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kind } from '../../src/core/schema.ts'
import { datasets } from '../../src/datasets/all.ts'

test('there are 33 datasets, of nine folders of the bucket', () => {
  assert.equal(datasets.length, 33)
  const folders = new Set(datasets.map(({ prefix }) => prefix.split('/')[0]))
  assert.deepEqual([...folders].sort(), [
    'global_crypto',
    'global_forex',
    'us_futures_cbot',
    'us_futures_cme',
    'us_futures_comex',
    'us_futures_nymex',
    'us_indices',
    'us_options_opra',
    'us_stocks_sip',
  ])
})

/** What the vendor says of each folder, and of the one file type that begins later. */
const begins: readonly [prefix: RegExp, since: string, day: string][] = [
  [/^us_stocks_sip\//, '2003-09-10', 'America/New_York 00:00'],
  [/^us_options_opra\/(?!quotes)/, '2014-06-02', 'America/New_York 00:00'],
  [/^us_options_opra\/quotes/, '2022-03-07', 'America/New_York 00:00'],
  [/^us_indices\//, '2023-02-14', 'America/New_York 00:00'],
  [/^global_forex\//, '2009-09-25', 'UTC 00:00'],
  [/^global_crypto\//, '2013-11-01', 'UTC 00:00'],
  [/^us_futures_/, '2017-04-03', 'America/Chicago 17:00 the day before'],
]

test('each dataset begins when the vendor says, and each of its days when its market does', () => {
  for (const { prefix, since, day } of datasets) {
    const text = `${day.zone} ${day.start}${day.eve ? ' the day before' : ''}`
    assert.deepEqual(
      begins.filter(([pattern]) => pattern.test(prefix)).map(([, ...facts]) => facts),
      [[since, text]],
      prefix,
    )
  }
})

test('options are also known by the prefix that older scripts have for them', () => {
  for (const { prefix, aliases } of datasets.filter(({ prefix }) => prefix.startsWith('us_options')))
    assert.ok(aliases.includes(prefix.replace('us_options_opra', 'us_options')))
})

test('no two datasets share a name, an alias, a table or a prefix', () => {
  const lists = {
    name: datasets.flatMap(({ name, aliases }) => [name, ...aliases]),
    table: datasets.map(({ table }) => table),
    prefix: datasets.map(({ prefix }) => prefix),
  }
  for (const [what, list] of Object.entries(lists))
    assert.equal(new Set(list).size, list.length, `${what}: ${list}`)
})

const rules: readonly [RegExp, Kind][] = [
  [/^(ticker|id|conditions|indicators)$/, 'utf8'],
  [/(^|_)timestamp$/, 'timestamp_ns'],
  [/^window_start$/, 'timestamp_us'],
  [/^((.*_)?(price|size)|value|volume|dollar_volume|open|close|high|low)$/, 'float64'],
  [/^(correction|(.*_)?exchange|tape|trf_id)$/, 'int32'],
  [/^(sequence_number|report_sequence|transactions)$/, 'int64'],
  [/_date$/, 'date'],
]

const date = /^\d{4}-\d\d-\d\d$/

for (const dataset of datasets) {
  test(`${dataset.name} is named, described and dated`, () => {
    assert.match(dataset.name, /^[a-z]+(-[a-z]+)+$/)
    for (const alias of dataset.aliases) assert.match(alias, /^[a-z]+([-_][a-z]+)+(\/[a-z]+(_[a-z]+)*_v\d)?$/)
    assert.ok(dataset.aliases.includes(dataset.prefix))
    assert.equal(dataset.table, dataset.name.replaceAll('-', '_'))
    assert.match(dataset.table, /^[a-z]+(_[a-z]+)+$/)
    assert.match(dataset.prefix, /^[a-z]+(_[a-z]+)+\/[a-z]+(_[a-z]+)*_v\d$/)
    assert.match(dataset.since, date)
    assert.match(dataset.summary, /^[A-Z].*[a-z]$/)
    assert.ok(Number.isInteger(dataset.version) && dataset.version > 0)
    assert.match(dataset.day.start, /^\d\d:\d\d$/)
    assert.ok(new Intl.DateTimeFormat('en', { timeZone: dataset.day.zone }))
  })

  test(`every column of ${dataset.name} tells its unit, what it is about and whence that is known`, () => {
    for (const [name, { unit, about, source }] of Object.entries(dataset.columns)) {
      assert.match(name, /^[a-z]+(_[a-z]+)*$/)
      for (const text of [unit, about, source]) assert.match(text, /^\S.*\S$/, name)
    }
  })

  test(`${dataset.name} stores each column as those of its name are stored everywhere`, () => {
    for (const [name, { kind }] of Object.entries(dataset.columns))
      assert.deepEqual(
        rules.filter(([pattern]) => pattern.test(name)).map(([, expected]) => expected),
        [kind],
        name,
      )
  })

  test(`${dataset.name} has a ticker, which is text and in every file`, () => {
    assert.equal(dataset.columns['ticker']?.kind, 'utf8')
    assert.equal(dataset.columns['ticker']?.optional, undefined)
  })
}
