// Prints the facts of a file or of a sample as JSON: read-facts.js duckdb|polars|sample WHAT
import type { Facts, ReaderName } from './check.ts'

const readers: Readonly<Record<ReaderName, (what: string) => Promise<Facts>>> = {
  duckdb: async (path) => (await import('./readers/duckdb.ts')).readByDuckdb(path),
  polars: async (path) => (await import('./readers/polars.ts')).readByPolars(path),
  sample: async (options) => (await import('./readers/sample.ts')).readSample(JSON.parse(options)),
}
const [, , reader = '', what = ''] = process.argv
process.stdout.write(JSON.stringify(await readers[reader as ReaderName](what)))
