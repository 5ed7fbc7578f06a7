import { UsageError } from '../core/errors.ts'
import type { Kind } from '../core/schema.ts'

/** What a folder's name can tell exactly: not moments, of which no two rows share one, nor doubles. */
const partitionKinds: readonly Kind[] = ['utf8', 'bool', 'int8', 'int16', 'int32', 'int64', 'date']

/** @throws {UsageError} when a column cannot be a level of folders. */
export function checkPartitionKind(name: string, kind: Kind): void {
  if (!partitionKinds.includes(kind))
    throw new UsageError(`${name} is a ${kind} and cannot be a partition`, {
      hint: 'texts, whole numbers, dates and true or false can',
    })
}
