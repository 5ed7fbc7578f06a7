import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sampleKey } from '../helpers/sample-day.ts'
import { type Facts, readFacts } from './check.ts'
import { measure } from './measure.ts'

const dates = { old: '2024-03-07', '2026': '2026-03-05' } as const
export type Format = keyof typeof dates

export interface Input {
  readonly format: Format
  readonly date: string
  readonly rows: number
  /** A folder laid out like the bucket, with one file in it. */
  readonly folder: string
  readonly file: string
  readonly csvBytes: number
  readonly gzipBytes: number
  /** Added up from the sample's text, by nothing that reads or writes Parquet. */
  readonly totals: Facts
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const generator = ['../helpers/sample-day.js', '../helpers/sample-rows.js', './readers/sample.js'].map(pathOf)
const makeSample = pathOf('../helpers/make-sample.js')

/** The script that inflates a file and prints how many bytes came out. */
export const gunzipScript = pathOf('./cases/gunzip.js')

/** Made once and kept in the temp folder, under a name that changes when its generator does. */
export async function prepareInput(rows: number, format: Format): Promise<Input> {
  const date = dates[format]
  const folder = join(tmpdir(), 'millrace-bench', `trades-${format}-${rows}-${await generatorHash()}`)
  const file = join(folder, sampleKey('stocks-trades', date))
  const made = join(folder, 'made.json')
  const known = await readFile(made, 'utf8').catch(() => undefined)
  if (known !== undefined) return JSON.parse(known) as Input
  await mkdir(dirname(file), { recursive: true })
  await measure([makeSample, 'stocks-trades', date, String(rows), format, file])
  const csvBytes = Number((await measure([gunzipScript, file])).stdout)
  const { size: gzipBytes } = await stat(file)
  const totals = await readFacts('sample', JSON.stringify({ dataset: 'stocks-trades', date, rows, format }))
  const input = { format, date, rows, folder, file, csvBytes, gzipBytes, totals }
  await writeFile(made, JSON.stringify(input))
  return input
}

async function generatorHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of generator) hash.update(await readFile(path))
  return hash.digest('hex').slice(0, 8)
}
