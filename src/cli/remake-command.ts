import type { ManifestLine } from '../core/manifest.ts'
import { flagOf } from '../core/params.ts'
import { keyOf } from '../datasets/dataset.ts'
import { datasetOf } from '../lake/line-dataset.ts'
import { parquetDefaults } from '../lake/parquet-options.ts'
import { quoted } from './plan-commands.ts'

/** What a run says when no flag is given: those need none. */
const defaults: Readonly<Record<string, unknown>> = { ...parquetDefaults, timestamps: 'documented' }
/** Flags by what the shape of a table calls what they say. */
const flags: Readonly<Record<string, string>> = {
  tickers: 'tickers',
  underlyings: 'underlying',
  columns: 'columns',
  timestamps: 'timestamps',
  compression: 'compression',
  rowGroupRows: 'rowGroupRows',
}

/** The command that makes a unit of a lake anew, as far as the manifest tells it. */
export function remakeCommand(line: ManifestLine, root: string): string {
  const dataset = datasetOf(line)
  const { unit, table, identity } = line
  if (!dataset && line.shape['merge'])
    return `remove it, then millrace sync ${quoted(String(line.shape['source'] ?? table))} --out ${quoted(root)}: the table is fetched anew`
  if (!dataset) return `run the recipe that made it once more, with --refill ${quoted(unit)}`
  const from = folderOf(identity?.['path'], keyOf(dataset, unit))
  return [
    ...['millrace', 'run', dataset.name, '--start', unit, '--out', root, '--force'],
    ...(line.shape['format'] === 'raw' || table === dataset.table ? [] : ['--name', table]),
    ...shapeFlags(line),
    ...(from === undefined ? [] : ['--from', from]),
  ]
    .map(quoted)
    .join(' ')
}

function shapeFlags({ shape, table }: ManifestLine): string[] {
  if (shape['format'] === 'raw') return ['--format', 'raw', ...(table.endsWith(' (flat)') ? ['--flat'] : [])]
  const [, ...levels] = Array.isArray(shape['partition']) ? shape['partition'] : []
  const given = Object.entries(flags).filter(
    ([key]) => shape[key] !== undefined && shape[key] !== defaults[key],
  )
  return [
    ...given.flatMap(([key, flag]) => [`--${flagOf(flag)}`, String(shape[key])]),
    ...(shape['osi'] === true ? ['--osi'] : []),
    ...(levels.length > 0 ? ['--partition-by', levels.join()] : []),
  ]
}

/** The folder that a local file was taken from. */
function folderOf(path: unknown, key: string): string | undefined {
  if (typeof path !== 'string') return undefined
  const name = [key, key.replaceAll('/', '__')].find((one) => path.endsWith(`/${one}`))
  return name === undefined ? undefined : path.slice(0, -name.length - 1)
}
