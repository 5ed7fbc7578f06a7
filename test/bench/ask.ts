import { datasets } from '../../src/datasets/all.ts'
import type { Column, Dataset } from '../../src/datasets/dataset.ts'
import type { SampleOptions } from '../helpers/sample-day.ts'

export type DatasetName = SampleOptions['dataset']

/** What of a file is wanted; everything where nothing is said. */
export interface Ask {
  /** In the order of the header. */
  readonly columns?: readonly string[]
  /** Only its rows. */
  readonly ticker?: string
}

/** What a program that converts files is told, as JSON. */
export interface Job {
  readonly dataset: DatasetName
  readonly files: readonly { readonly from: string; readonly to: string }[]
  readonly ask: Ask
}

export function datasetNamed(name: DatasetName): Dataset {
  const found = datasets.find((dataset) => dataset.name === name)
  if (found === undefined) throw new RangeError(`no dataset ${name}`)
  return found
}

/** The columns that are wanted, in the order of the header. */
export const askedColumns = (name: DatasetName, { columns }: Ask): (readonly [string, Column])[] =>
  Object.entries(datasetNamed(name).columns).filter(([column]) => !columns || columns.includes(column))
