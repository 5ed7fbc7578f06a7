import type { Planned } from '../core/plan.ts'
import type { Unit } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import { restTables } from '../datasets/rest-tables.ts'
import type { MergeRule } from '../lake/merge-rule.ts'
import { todayOf } from './flat-dates.ts'
import { windowsOf } from './rest-windows.ts'

/** What is worth a second thought about how files are to lie. */
export function layoutWarnings(planned: readonly Planned[], run: Pick<Run, 'clock'>): string[] {
  const files = filesByTicker(planned, todayOf(run))
  if (files === 0) return []
  return [
    `--layout ticker makes some ${files} files, one a company and month: 3 M of them take 7 to 14 minutes a scan, and one file a month of all companies, the default, seconds`,
  ]
}

/** One a part of the time that a company reports in, since the vendor has any; of a table without days one a company. */
function filesByTicker(planned: readonly Planned<Unit>[], today: string): number {
  let files = 0
  for (const { done, shape, unit } of planned) {
    const rule = shape['merge'] as MergeRule | undefined
    if (done || rule?.layout !== 'ticker') continue
    const table = restTables.find(({ name }) => name === shape['source'])
    const isCompany = unit.of !== undefined
    if (table && isCompany) files += table.bulk ? windowsOf(table.bulk, { today }).length : 1
  }
  return files
}
