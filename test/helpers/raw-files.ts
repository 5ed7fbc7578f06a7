import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { datasets } from '../../src/datasets/all.ts'
import { keyOf } from '../../src/datasets/dataset.ts'

/** Fields by their columns; those that are left out are empty. */
export type RawRow = Readonly<Record<string, string | number>>

/** Writes a day's file of a dataset where `--from` finds it. */
export function writeRaw(folder: string, name: string, date: string, rows: readonly RawRow[]): void {
  const dataset = datasets.find((one) => one.name === name)
  if (!dataset) throw new Error(`no dataset ${name}`)
  const names = Object.keys(dataset.columns)
  const lines = rows.map((row) => names.map((column) => quoted(String(row[column] ?? ''))))
  const path = join(folder, keyOf(dataset, date))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, gzipSync([names, ...lines].map((fields) => `${fields.join(',')}\n`).join('')))
}

const quoted = (field: string): string => (field.includes(',') ? `"${field}"` : field)
