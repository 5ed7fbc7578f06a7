import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError, WriteError } from '../../src/core/errors.ts'
import { checkTableFolder } from '../../src/lake/table-folder.ts'
import { tempDir } from '../helpers/temp-dir.ts'

test('a table may be new or there, beside others, in a lake that is new or there', async (t) => {
  const root = tempDir(t)
  await checkTableFolder(join(root, 'new'), join(root, 'new', 'trades', 'date=2024-03-01'))
  for (const name of ['trades', 'quotes', 'trades_b']) mkdirSync(join(root, name))
  await checkTableFolder(root, join(root, 'trades', 'date=2024-03-01'))
})

test('a table whose name differs from that of another only in case is refused', async (t) => {
  const root = tempDir(t)
  mkdirSync(join(root, 'Trades'))
  await assert.rejects(
    checkTableFolder(root, join(root, 'trades', 'date=2024-03-01')),
    (error) => error instanceof UsageError && /holds Trades, which is trades/.test(error.message),
  )
})

test('a table or a day that is a link, or not in the lake, is refused', async (t) => {
  const [root, elsewhere] = [tempDir(t), tempDir(t)]
  symlinkSync(elsewhere, join(root, 'trades'))
  mkdirSync(join(root, 'quotes'))
  symlinkSync(elsewhere, join(root, 'quotes', 'date=2024-03-01'))
  for (const path of ['trades/date=2024-03-01', 'quotes/date=2024-03-01', '../other/date=2024-03-01'])
    await assert.rejects(checkTableFolder(root, join(root, path)), WriteError)
})
