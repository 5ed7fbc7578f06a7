import { join } from 'node:path'
import { DataError, UsageError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { isShortened, type Level, levelPath, partitionValue, partName } from './layout.ts'
import type { Section } from './partition-sections.ts'

/** Tells where the files of one unit lie, below its folder. */
export interface PartNames {
  /** Path of the next file of a partition, as `ticker=AAPL/part-0.parquet`. */
  next(partition: Pick<Section, 'number' | 'levels'>): string
}

/** Values that no folder's name can tell are told in warnings, which the manifest keeps: so many bytes of them. */
const mostToldBytes = 1 << 16

/** @throws {DataError} from `next`, when too many values are too long for the name of a folder. */
export function createPartNames({ warn }: Pick<Run, 'warn'>): PartNames {
  const parts = new Map<number, number>()
  const told = new Set<string>()
  let toldBytes = 0
  const tell = ([name, value]: Level): void => {
    const folder = levelPath([[name, value]])
    if (value === null || !isShortened(value) || told.has(folder)) return
    told.add(folder)
    toldBytes += Buffer.byteLength(value)
    if (toldBytes > mostToldBytes)
      throw new DataError(`${told.size} values of ${name} are too long for the names of folders`, {
        hint: 'partition by another column',
      })
    warn(
      `${name} ${JSON.stringify(value)} is too long for the name of a folder: it reads as ${decodeURIComponent(partitionValue(value))}`,
    )
  }
  return {
    next({ number, levels }) {
      const part = parts.get(number) ?? 0
      if (part === 0) levels.forEach(tell)
      parts.set(number, part + 1)
      return join(levelPath(levels), partName(part))
    },
  }
}

/** With `=` and the longest value it is a name on every file system. */
const longestName = 50

/** @throws {UsageError} when columns cannot be the levels of folders, one below the other. */
export function checkLevels(names: readonly string[]): void {
  const taken = new Set<string>()
  for (const name of names) {
    if (!/^[A-Za-z_][\w.-]*$/.test(name) || name.length > longestName)
      throw new UsageError(`${JSON.stringify(name)} cannot name a partition`, {
        hint: `use letters, digits, _, - and ., at most ${longestName}`,
      })
    if (taken.has(name.toLowerCase())) throw new UsageError(`two levels of partitions are named ${name}`)
    taken.add(name.toLowerCase())
  }
}
