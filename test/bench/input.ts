import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type SampleOptions, sampleKey } from '../helpers/sample-day.ts'
import type { DatasetName } from './ask.ts'
import type { Facts } from './check.ts'
import { measure } from './measure.ts'

/** Trading days in a row; of fewer files, the last ones. */
const dates = {
  old: ['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07'],
  '2026': ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'],
} as const
export type Format = keyof typeof dates

export interface InputOptions {
  readonly dataset: DatasetName
  readonly format: Format
  /** Of each file. */
  readonly rows: number
  readonly files: 1 | 4
}

export interface InputFile {
  readonly date: string
  readonly path: string
  readonly csvBytes: number
  readonly gzipBytes: number
  /** Added up from the sample's text, by nothing that reads or writes Parquet. */
  readonly totals: Facts
}

export interface Input extends InputOptions {
  /** A folder laid out like the bucket, with these files in it. */
  readonly folder: string
  readonly days: readonly InputFile[]
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const makeDay = pathOf('./make-day.js')
const generator = [
  makeDay,
  ...['../helpers/sample-day.js', '../helpers/sample-rows.js', './readers/sample.js'].map(pathOf),
]

/** Made once and kept in the folder of all inputs, under a name that changes when its generator does. */
export async function prepareInput(options: InputOptions, inputs: string): Promise<Input> {
  const { dataset, format, rows, files } = options
  const folder = join(inputs, `${dataset}-${format}-${rows}-${await generatorHash()}`)
  const days: InputFile[] = []
  for (const date of dates[format].slice(-files)) days.push(await prepareDay(options, folder, date))
  return { ...options, folder, days }
}

async function prepareDay(
  { dataset, format, rows }: InputOptions,
  folder: string,
  date: string,
): Promise<InputFile> {
  const made = join(folder, `${date}.json`)
  const known = await readFile(made, 'utf8').catch(() => undefined)
  if (known !== undefined) return JSON.parse(known) as InputFile
  const path = join(folder, sampleKey(dataset, date))
  await mkdir(dirname(path), { recursive: true })
  const sample: SampleOptions = { dataset, date, rows, format }
  const { stdout } = await measure([makeDay, path, JSON.stringify(sample)])
  await writeFile(made, stdout)
  return JSON.parse(stdout) as InputFile
}

async function generatorHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of generator) hash.update(await readFile(path))
  return hash.digest('hex').slice(0, 8)
}

export const csvBytesOf = ({ days }: Input): number => days.reduce((sum, { csvBytes }) => sum + csvBytes, 0)
