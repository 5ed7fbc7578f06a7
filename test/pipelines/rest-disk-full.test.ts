import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isMillraceError } from '../../src/core/errors.ts'
import { failureOf } from '../../src/core/ledger.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat, type Texts } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { type Asked, watchFs } from '../helpers/watch-fs.ts'

const apiKey = 'made-up-key-of-tests'
const stride = Number(process.env['MILLRACE_STRIDE'] ?? 4)
/** What may need room on the disk. */
const needsRoom = new Set(['mkdir', 'open', 'appendFile', 'sync', 'write', 'writeFile', 'rename'])

const run = (texts: Texts) =>
  runFlat('screener', texts, {
    apiKey: async () => ({ apiKey }),
    requestsPer: { requests: 900, everyMs: 1000 },
  })

/** Runs while the disk is full from the `n`th step on that needs room; answers why the run failed, if it did. */
async function runOnFullDisk(t: TestContext, texts: Texts, n: number): Promise<string | undefined> {
  let left = n
  const stop = watchFs(t, ({ what, path }: Asked) => {
    if (!path.startsWith(texts['out'] ?? '') || !needsRoom.has(what) || left-- > 0) return
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  })
  try {
    return failureOf(await run(texts))
  } catch (error) {
    assert.ok(isMillraceError(error), String((error as Error).stack))
    return error.reason
  } finally {
    stop()
  }
}

test('a disk that is full, whenever, is a write error, and the next run makes the lake whole', async (t) => {
  const routes = companyRoutes(makeCompanies({ count: 3, quarters: 2 }))
  const server = await startRestServer({ routes, apiKey })
  t.after(() => server.close())
  let [n, failed] = [0, 0]
  // Every fourth of them; MILLRACE_STRIDE=1 takes all.
  for (let ended = false; !ended; n += stride) {
    const texts = { out: tempDir(t), api: server.baseUrl, tables: 'dividends,splits' }
    const reason = await runOnFullDisk(t, texts, n)
    ended = reason === undefined
    if (!ended) failed++
    if (!ended) assert.equal(reason, 'write', `at step ${n}`)
    assert.deepEqual((await run(texts)).failed, [], `after step ${n}`)
    const rows = await query(
      `select count(*), count(distinct id) from '${texts.out}/dividends/*/*/*.parquet'`,
    )
    assert.deepEqual(rows, [['4', '4']], `after step ${n}`)
  }
  assert.ok(failed > 40 / stride, `${failed} steps`)
})
