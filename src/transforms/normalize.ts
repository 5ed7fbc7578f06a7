import { DataError, excerpt } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import {
  type Column,
  type Dataset,
  type FileColumns,
  type LakeColumns,
  lakeColumns,
  type TimestampStyle,
} from '../datasets/dataset.ts'

/** The columns that a dataset knows. */
export type NameOf<D extends Dataset> = keyof D['columns'] & string

export interface NormalizeOptions<T extends TimestampStyle, N extends string> {
  readonly timestamps?: T
  /** A column that the dataset does not know: `evolve` warns and leaves it out, `freeze` is an error. */
  readonly schema?: 'evolve' | 'freeze'
  /** Only these columns, in the order of the dataset; the file need have no others. */
  readonly only?: readonly N[] | undefined
}

/**
 * Brings batches of a file to the one schema of its dataset: all columns, in its order, whatever header the file had.
 * Optional columns that the file lacks are null, and so are zeros and zero times where the vendor means none.
 *
 * @throws {DataError} when a column is missing that every known header has, when one is unknown and the schema frozen,
 * and when a bar's time is no whole microsecond.
 */
export function normalize<
  const D extends Dataset,
  T extends TimestampStyle = 'documented',
  N extends NameOf<D> = NameOf<D>,
>(
  dataset: D,
  { timestamps = 'documented' as T, schema = 'evolve', only }: NormalizeOptions<T, N> = {},
): Transform<Batch<Partial<FileColumns<D>>>, Batch<Pick<LakeColumns<D, T>, N>>> {
  const kinds = lakeColumns<Dataset, T>(dataset, timestamps)
  const shape = { dataset: dataset.name, version: dataset.version, timestamps }
  const isWanted = ([name]: readonly [string, Column]): boolean => !only || only.includes(name as N)
  const wanted = Object.entries(dataset.columns).filter(isWanted)
  const mayCut = timestamps === 'us'
  return transform(
    'normalize',
    (run) =>
      async function* (input) {
        const { conform } = await import('../lake/conform.ts')
        let first = true
        for await (const batch of input) {
          if (first) checkHeader(batch, dataset, wanted, run, schema)
          first = false
          yield conform(batch, { wanted, kinds, mayCut }, run) as Batch<Pick<LakeColumns<D, T>, N>>
        }
      },
    { shape },
  )
}

type Wanted = readonly (readonly [name: string, column: Column])[]

const namesOf = (batch: Batch<object>): string[] => batch.schema.fields.map(({ name }) => name)

function checkHeader(
  batch: Batch<object>,
  dataset: Dataset,
  wanted: Wanted,
  run: Run,
  schema: 'evolve' | 'freeze',
): void {
  const names = namesOf(batch)
  for (const [name, { optional }] of wanted) {
    if (optional || names.includes(name)) continue
    throw new DataError(
      `the header lacks ${name}, which every ${dataset.name} file has: ${excerpt(names.join(','))}`,
      {
        hint: `is this a file of ${dataset.name}?`,
      },
    )
  }
  const unknown = names.filter((name) => !Object.hasOwn(dataset.columns, name))
  if (unknown.length === 0) return
  const text = `${dataset.name} has no column ${excerpt(unknown.join(', '))}`
  if (schema === 'freeze') throw new DataError(text, { hint: '--schema evolve leaves it out' })
  run.warn(`${text}: left out`)
}
