// The other side of the REST benchmark, in a process of its own: answers in 0 ms, from memory. Prints its URL.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { companyRoutes, makeCompanies, startRestServer } from '../../src/testing/index.ts'

const [what = 'companies', count = '1000'] = process.argv.slice(2)

/** A page of income statements, as many of one quarter as a page may have; only their day changes from window to window. */
async function startPages(rows: number): Promise<string> {
  const path = '/stocks/financials/v1/income-statements'
  const made = await startRestServer({
    routes: companyRoutes(makeCompanies({ count: Math.ceil(rows / 40) })),
  })
  const answer = await fetch(`${made.baseUrl}${path}?limit=${rows}`)
  const { results } = (await answer.json()) as { results: Record<string, unknown>[] }
  await made.close()
  const page = results.slice(0, rows).map((row, i) => ({ ...row, cik: String(i), period_end: 'DAY' }))
  const text = JSON.stringify({ status: 'OK', request_id: '1', results: page })
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const day = searchParams.get('period_end.gte') ?? '2000-01-01'
    response.setHeader('content-type', 'application/json')
    response.end(text.replaceAll('"DAY"', `"${day}"`))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function startCompanies(companies: number): Promise<string> {
  const routes = companyRoutes(makeCompanies({ count: companies }))
  return (await startRestServer({ routes })).baseUrl
}

process.stdout.write(
  `${await (what === 'pages' ? startPages(Number(count)) : startCompanies(Number(count)))}\n`,
)
