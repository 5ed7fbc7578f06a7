import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerColumns, tableColumns } from '../../src/datasets/rest-table.ts'
import { restTables } from '../../src/datasets/rest-tables.ts'
import { dayColumns } from '../../src/lake/table-question.ts'

const columnsOf = (table: (typeof restTables)[number]): string[] => Object.keys(tableColumns(table))

for (const table of restTables)
  test(`${table.name} sorts, files and names by columns that it has`, () => {
    const columns = columnsOf(table)
    for (const name of [...table.order, table.company, table.time, table.cursor, table.bulk?.column])
      if (name !== undefined) assert.ok(columns.includes(name), name)
    assert.equal(new Set(table.order).size, table.order.length)
  })

test('readers find the day of a row by the column that its month is named by', () => {
  for (const table of restTables) {
    const columns = columnsOf(table)
    if (table.time !== undefined)
      assert.equal(
        dayColumns.find((name) => columns.includes(name)),
        table.time,
        table.name,
      )
    else
      assert.equal(
        dayColumns.find((name) => columns.includes(name)),
        undefined,
        table.name,
      )
  }
})

test('tables, names and aliases are each there once', () => {
  const words = restTables.flatMap(({ name, aliases }) => [name, ...aliases])
  assert.equal(new Set(words).size, words.length)
  assert.equal(new Set(restTables.map(({ table }) => table)).size, restTables.length)
})

test('what the recipe adds is not looked for in answers', () => {
  for (const table of restTables)
    for (const [name, { added }] of Object.entries(table.columns))
      assert.equal(name in answerColumns(table), added !== true, `${table.name} ${name}`)
})
