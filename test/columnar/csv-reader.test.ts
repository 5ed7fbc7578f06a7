import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { imageOf, rowsOf } from '../helpers/batches.ts'
import { outcomeOf } from '../transforms/parse-csv-outcome.ts'
import { kinds } from './any-batch.ts'
import { readCsv } from './read-csv.ts'
import { type Watcher, watched } from './watched-kernel.ts'

const ab = { a: 'utf8', n: 'int32' } as const
const mib = 1 << 20

const cutInto = (bytes: Bytes, size: number): Bytes[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

for (const offset of [0, 2 ** 31 - 9, 2 ** 32 - 9, 2 ** 33 - 9, 2 ** 33 + 1, 2 ** 52])
  test(`places are exact in a stream of which ${offset} bytes have been read before`, () => {
    const text = '\uFEFFa,n\nx,1\ny,bad\nz\n"",7\n"q"q,1\n'
    const { rejected, error, at } = readCsv([Buffer.from(text)], ab, { offset })
    assert.deepEqual(
      rejected.map((row) => row.at),
      [
        { row: 2, column: 'n', offset: offset + 11 },
        { row: 3, column: undefined, offset: offset + 17 },
      ],
    )
    assert.equal(error, 'a quote closes inside a field')
    assert.deepEqual({ ...at }, { row: 5, offset: offset + 24 })
  })

test('rows and bytes are counted over all scans', () => {
  const block = Buffer.from(`${'x'.repeat(1000)},7\n`.repeat(3000))
  const pieces = [Buffer.from('a,n\n'), block, Buffer.from('y,bad\n'), block, Buffer.from('z\n'), block]
  const { rejected, rowsIn } = readCsv(pieces, ab)
  assert.deepEqual(
    rejected.map(({ at }) => [at.row, at.offset]),
    [
      [3001, 4 + block.length],
      [6002, 4 + block.length + 6 + block.length],
    ],
  )
  assert.equal(rowsIn, 9002)
})

test('the memory is after a long text what it was after the first batch, and batches stay as they were', () => {
  const sizes: number[] = []
  const lines = Array.from({ length: 20_000 }, (_, i) => `${'text,'.repeat(i % 9)}`.padEnd(1, 'x')).map(
    (text, i) => `"${text}",${i}\n`,
  )
  const block = Buffer.from(lines.join(''))
  watched(
    (_step, _args, memory, _places, proceed) => {
      if (sizes.at(-1) !== memory.byteLength) sizes.push(memory.byteLength)
      return proceed()
    },
    () => {
      const pieces = [
        Buffer.from('a,n\n'),
        ...Array<Bytes>(40).fill(block),
        Buffer.from(`"${'x'.repeat(mib - 10)}",1\n`),
      ]
      const { batches } = readCsv(pieces, ab)
      const [first] = batches
      assert.ok(first && batches.length > 20)
      assert.deepEqual(
        imageOf(first),
        imageOf(readCsv([Buffer.from('a,n\n'), block, block], ab).batches[0] ?? first),
      )
    },
  )
  // Two readers, each before and after the header.
  assert.deepEqual(sizes.length, 4, `the memory had ${sizes.join(', ')} bytes`)
})

test('a batch tells nothing of those before it, not even in bits that mean nothing', () => {
  const columns: Columns = Object.fromEntries(kinds.map((kind) => [kind, kind]))
  const header = `${kinds.join()}\n`
  const ones: Readonly<Record<string, string>> = { utf8: 'secret', bool: 'true', date: '1969-12-31' }
  const full = `${kinds.map((kind) => ones[kind] ?? '-1').join()}\n`
  const empty = `${','.repeat(kinds.length - 1)}\n`
  const after = `${empty}${full}${empty}`
  const images = [full, empty].map((row) => {
    const { batches } = readCsv([Buffer.from(header + row.repeat(32_768) + after)], columns)
    assert.deepEqual(
      batches.map(({ numRows }) => numRows),
      [32_768, 3],
    )
    return batches[1] && imageOf(batches[1])
  })
  assert.deepEqual(images[0], images[1])
  const alone = readCsv([Buffer.from(header + after)], columns).batches[0]
  assert.deepEqual(images[0], alone && imageOf(alone))
})

/** The heap of each column of texts ends before what lies behind it. */
const heapsHold: Watcher = (step, _args, memory, places, proceed) => {
  const answer = proceed()
  if (step === 'readColumns') {
    const { columns } = places()
    const known = columns.flatMap(({ values, validity, offsets, heap }) => [values, validity, offsets, heap])
    for (const { kind, heap, heapUsed } of columns.filter((column) => column.kind === 0)) {
      const next = Math.min(memory.length, ...known.filter((at) => at > heap))
      assert.ok(heap + heapUsed + 16 <= next, `kind ${kind}: ${heapUsed} bytes in ${next - heap}`)
    }
  }
  return answer
}

/** Rows of three texts, of which one is long. */
const rowOf = (at: number, text: string): string => `${[0, 1, 2].map((i) => (i === at ? text : '')).join()}\n`
const longest = 'y'.repeat(mib - 3)
const small = 'z'.repeat(252)
const fillings: Readonly<Record<string, readonly string[]>> = {
  'rows that are as long as they may be': Array(30).fill(rowOf(0, longest)),
  'long texts, now in one column, now in another': Array.from({ length: 30 }, (_, i) =>
    rowOf(i % 3, longest),
  ),
  'many short texts and then long ones': [
    ...Array(33_000).fill(rowOf(2, small)),
    ...Array(9).fill(rowOf(2, longest)),
  ],
  'a batch that is full but for one byte, and a long text': [
    ...Array((1 << 23) / 256 - 1).fill(rowOf(1, small)),
    rowOf(1, small.slice(1)),
    rowOf(1, longest),
    rowOf(1, longest),
  ],
  'quotes without number': Array(20).fill(rowOf(1, `"${'""'.repeat(mib / 2 - 3)}"`)),
}
for (const [title, rows] of Object.entries(fillings))
  test(`every text has room: ${title}`, () => {
    const text = Buffer.from(`a,b,c\n${rows.join('')}`)
    const { batches } = watched(heapsHold, () => readCsv(cutInto(text, 700_001), {}))
    const read = batches.flatMap(rowsOf)
    assert.equal(read.length, rows.length)
    read.forEach(({ a, b, c }, i) => {
      const texts = (rows[i] ?? '')
        .trimEnd()
        .split(',')
        .map((one) => one.replace(/^"(.*)"$/, '$1').replaceAll('""', '"') || null)
      // Not compared deeply, which would print a MiB.
      assert.ok(a === texts[0] && b === texts[1] && c === texts[2], `row ${i}`)
    })
  })

test('hundreds of columns of all kinds are read as csv-parse reads them', async () => {
  const columns: Columns = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`c${i}`, kinds[i % kinds.length] ?? 'utf8']),
  )
  const good: Readonly<Record<string, string>> = {
    utf8: '"a""b"',
    bool: 'True',
    date: '2024-02-29',
    float64: '-1.5e3',
  }
  const row = (skip: number) =>
    Object.values(columns).map((kind, i) => (i % 7 === skip ? '' : (good[kind] ?? `${i % 100}`)))
  const lines = [0, 1, 2, 3, 4, 5, 6, 7].map((skip) => row(skip).join())
  const bad = lines.map((line, i) => line.replace(`,${i + 3},`, ',bad,'))
  const text = Buffer.from(`${Object.keys(columns).join()}\n${[...lines, ...bad, '1,2'].join('\n')}`)
  const told = await outcomeOf([text], parseCsv(columns))
  assert.ok(told.rejected.length > 1)
  assert.deepEqual(told, await outcomeOf([text], parseCsvCompat(columns)))
})

test('as many columns as there may be have room for long texts, and one more is an error that says so', () => {
  const header = (width: number) => `${Array.from({ length: width }, (_, i) => `c${i}`).join()}\n`
  const row = `${','.repeat(699)}${longest.slice(1000)}\n`
  const { batches } = watched(heapsHold, () => readCsv([Buffer.from(header(700) + row.repeat(3))], {}))
  assert.deepEqual(
    batches.flatMap((batch) => rowsOf(batch).map(({ c0, c698, c699 }) => [c0, c698, String(c699).length])),
    Array(3).fill([null, null, longest.length - 1000]),
  )
  assert.match(readCsv([Buffer.from(header(701))], {}).error ?? '', /^701 columns are too many: at most 700/)
  const two = readCsv(
    [Buffer.from(header(70_000))],
    Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`c${i}`, 'int8' as const])),
    { only: ['c1', 'c69999'] },
  )
  assert.match(two.error ?? '', /too many/)
})
