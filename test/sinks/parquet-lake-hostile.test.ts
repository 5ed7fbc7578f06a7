import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import polars from 'nodejs-polars'
import { query } from '../helpers/duckdb.ts'
import { rowsFrom, tableIn, write } from '../helpers/partitioned.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

/** What a folder's name could be mistaken for, in pairs that some file systems take for one. */
const hostile: readonly (string | null)[] = [
  ...['AAPL', 'BRK.B', 'BApA', 'BAPA', 'bapa', 'O:SPY240301C00500000', 'NA', 'NAN', 'TRUE', 'true'],
  ...[
    '../../x',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'C:',
    '.',
    '..',
    '...',
    '.hidden',
    'X.',
    'X..',
    'X ',
    ' X',
    ' ',
  ],
  ...['CON', 'con', 'NUL.txt', 'COM1', 'LPT9.A', 'aux', 'NULL', 'null', 'None', '__HIVE_DEFAULT_PARTITION__'],
  ...[
    '%',
    '%41',
    '%2F',
    '100%',
    '=',
    'a=b',
    'ticker=A',
    '+',
    '?',
    '#',
    '&',
    '*',
    '<>|"',
    "'",
    '`',
    '$HOME',
    '~',
  ],
  ...[
    '\n',
    'a\nb',
    '\r\n',
    '\t',
    '\0',
    '\x7f',
    'a\0b',
    '\u00E9',
    'e\u0301',
    '\uFB01',
    '\u2028',
    '\uFEFFx',
    '\u{1F600}',
  ],
  ...['1', '01', '1e5', '-1', '2024-03-01', '__', '-', '', null, 'x'.repeat(66), 'X'.repeat(200)],
]

test('every hostile value is a folder of its own, and comes back from DuckDB and Polars exactly', async (t) => {
  const root = tempDir(t)
  await write(root, [rowsFrom(hostile)])
  const paths = filesUnder(root)
  assert.equal(paths.length, hostile.length)
  assert.equal(new Set(paths.map((path) => path.toLowerCase().normalize('NFC'))).size, hostile.length)
  for (const path of paths)
    assert.match(path, /^trades\/date=2024-03-01\/ticker=[A-Z0-9_.%-]*\/part-0\.parquet$/)
  const told = await query(`select n, hex(encode(ticker)) from ${tableIn(root)} order by n`)
  assert.deepEqual(
    told,
    hostile.map((ticker, n) => [
      String(n),
      ticker === null ? null : Buffer.from(ticker).toString('hex').toUpperCase(),
    ]),
  )
  const frame = polars
    .scanParquet(join(root, 'trades/**/*.parquet'), { hivePartitioning: true })
    .collectSync()
  const byN = new Map(frame.toRecords().map(({ n, ticker }) => [Number(n), ticker]))
  hostile.forEach((ticker, n) => {
    // Polars decodes first and asks then whether it is null.
    assert.equal(byN.get(n), ticker === '__HIVE_DEFAULT_PARTITION__' ? null : ticker)
  })
})

test('a value of 300 characters is told in a warning, and is no reason that a table cannot be read', async (t) => {
  const root = tempDir(t)
  const long = ['A'.repeat(300), `A${'\u00E9'.repeat(300)}`]
  const { warnings } = await write(root, [rowsFrom(['B', ...long])])
  assert.equal(warnings.length, 2)
  const told = await query(`select ticker from ${tableIn(root)} order by n`)
  assert.match(told.join(), /^B,A{120}~[0-9A-F]{32},A\u00E9{19}~[0-9A-F]{32}$/)
  long.forEach((value, i) => {
    assert.ok(
      warnings[i]?.includes(JSON.stringify(value)) && warnings[i].endsWith(`reads as ${told[i + 1]?.[0]}`),
    )
  })
})
