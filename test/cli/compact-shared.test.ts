import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

test('files of single companies become a file a month, and then there is nothing to do', async (t) => {
  const server = await startRestServer({ routes: companyRoutes(makeCompanies({ count: 3, quarters: 8 })) })
  t.after(() => server.close())
  const out = join(tempDir(t), 'lake')
  const env = { MASSIVE_API_KEY: 'made-up' }
  const place = ['--out', out, '--api', server.baseUrl, '--quiet', '--tables', 'dividends']
  const made = await millrace(['run', 'screener', ...place, '--layout', 'ticker'], env)
  assert.equal(made.code, 0, made.stderr)
  const compacted = await millrace(['compact', out, 'dividends'])
  assert.deepEqual(compacted, {
    code: 0,
    stdout: '',
    stderr: 'dividends: 16 files of single companies made 8 files of all companies, 16 rows\n',
  })
  const again = await millrace(['compact', out, 'dividends', '--json'])
  assert.deepEqual(JSON.parse(again.stdout), { lake: out, table: 'dividends', before: 0, files: 8, rows: 16 })
  const verified = await millrace(['verify', out, '--deep'])
  assert.equal(verified.code, 0, verified.stdout)
  const asked = server.requests.length
  assert.equal((await millrace(['run', 'screener', ...place], env)).code, 0)
  assert.equal(server.requests.length, asked, 'what was done stays done')
})
