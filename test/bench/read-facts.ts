// Prints the facts of a Parquet file as JSON: read-facts.js duckdb|polars WRITTEN, which is JSON as well.
import type { ReaderName } from './check.ts'
import { readers } from './readers/readers.ts'

const [, , reader = '', written = ''] = process.argv
process.stdout.write(JSON.stringify(await readers[reader as ReaderName](JSON.parse(written))))
