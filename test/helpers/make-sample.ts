import { stat } from 'node:fs/promises'
import { type SampleOptions, writeSampleGzip } from './sample-day.ts'
import { datasets } from './sample-rows.ts'

const usage = `make-sample <dataset> <date> <rows> <format> <file.csv.gz>
  dataset  ${Object.keys(datasets).join(' | ')}
  format   old | 2026`

function isDataset(name: string | undefined): name is SampleOptions['dataset'] {
  return name !== undefined && Object.hasOwn(datasets, name)
}

const [dataset, date, rows, format, path] = process.argv.slice(2)
if (isDataset(dataset) && date && rows && (format === 'old' || format === '2026') && path) {
  const start = performance.now()
  await writeSampleGzip(path, { dataset, date, rows: Number(rows), format })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${path}: ${rows} rows, ${(await stat(path)).size} bytes, ${seconds} s`)
} else {
  console.error(usage)
  process.exitCode = 2
}
