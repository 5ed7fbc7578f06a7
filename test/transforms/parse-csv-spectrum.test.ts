import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { outcomeOf } from './parse-csv-outcome.ts'
import { byteByByte } from './tallied.ts'

const folder = import.meta.resolve('csv-spectrum')
const names = readdirSync(new URL('csvs', folder)).map((file) => file.replace('.csv', ''))
const textOf = (name: string): Buffer => readFileSync(new URL(`csvs/${name}.csv`, folder))

/** It has a quote inside of a field without quotes, which RFC 4180 has not; and its JSON is of another phone number. */
const refused = 'location_coordinates'

test('csv-spectrum has the cases known here', () => {
  assert.equal(names.length, 12)
  assert.ok(names.includes(refused))
})

for (const parse of [parseCsv, parseCsvCompat]) {
  for (const name of names.filter((one) => one !== refused))
    test(`${parse.name} reads ${name} of csv-spectrum`, async () => {
      const expected: unknown = JSON.parse(readFileSync(new URL(`json/${name}.json`, folder), 'utf8'))
      for (const pieces of [[textOf(name)], byteByByte(textOf(name))]) {
        const { rows, rejected } = await outcomeOf(pieces, parse({}))
        // Its JSON has no null.
        const texts = rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([key, text]) => [key, text ?? ''])),
        )
        assert.deepEqual([texts, rejected], [expected, []])
      }
    })

  test(`${parse.name} refuses ${refused} of csv-spectrum, and reads it when told of no quotes`, async () => {
    const { error } = await outcomeOf([textOf(refused)], parse({}))
    assert.equal(error, 'row 1 (byte 58): a quote opens inside a field')
    const { rows } = await outcomeOf([textOf(refused)], parse({}, { quote: null }))
    assert.equal(rows[0]?.['Location Coordinates'], '37\uFFFD36\'37.8"N 121\uFFFD2\'17.9"W')
  })
}
