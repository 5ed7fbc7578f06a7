import { fileURLToPath } from 'node:url'
import type { ReaderName } from './check.ts'
import { gunzipScript, type Input } from './input.ts'
import { polarsInflates } from './versions.ts'

export interface Case {
  readonly about: string
  /** Who checks what it wrote: never who wrote it. */
  readonly reader?: ReaderName
  /** Arguments of Node, to convert the input to a Parquet file at `out`. */
  readonly args: (input: Input, out: string) => readonly string[]
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** In the order in which they take turns. */
export const cases = {
  gunzip: {
    about:
      "Node's zlib inflates the file to nowhere, 1 MiB at a time: the floor under what is read through it",
    args: ({ file }) => [gunzipScript, file],
  },
  millrace: {
    about: '`millrace run stocks-trades --from DIR --out FILE.parquet --bwlimit 0 --workers 1 --quiet`',
    reader: 'duckdb',
    args: ({ folder, date }, out) => [
      pathOf('../../src/cli/millrace.cjs'),
      ...['run', 'stocks-trades', '--start', date, '--from', folder, '--out', out],
      ...['--bwlimit', '0', '--workers', '1', '--quiet'],
    ],
  },
  duckdb: {
    about: '`copy (select … from read_csv(…)) to …` with zstd, types given, its default threads',
    reader: 'polars',
    args: ({ file }, out) => [pathOf('./cases/duckdb.js'), file, out],
  },
  polars: {
    about: polarsInflates
      ? '`scanCSV` of the .csv.gz and `sinkParquet` with zstd, types given, its default threads'
      : "Node's zlib inflates to a temporary file first, as `scanCSV` of this version cannot read a .csv.gz; then" +
        ' `scanCSV` and `sinkParquet` with zstd, types given, its default threads',
    reader: 'duckdb',
    args: ({ file }, out) => [pathOf('./cases/polars.js'), file, out],
  },
} as const satisfies Record<string, Case>

export type CaseName = keyof typeof cases
export const caseNames = Object.keys(cases) as CaseName[]
