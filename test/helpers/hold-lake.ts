// A process that opens the lake in argv[2], tells what comes of it, a line on stdout each, and commits a unit for every
// line of stdin, until `close`.
import { createInterface } from 'node:readline'
import { isMillraceError } from '../../src/core/errors.ts'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { lineFor } from './lake-state.ts'

const [, , root = ''] = process.argv
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const refused = (error: unknown): void => {
  if (!isMillraceError(error)) throw error
  say(`refused ${error.reason} ${error.message}`)
}
const run = createRun()
try {
  const lake = await openLake(root, run, { tool: 'test' })
  lake.lost.addEventListener('abort', () => say('lost'))
  say(`took ${run.epoch}`)
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === 'close') break
    await lake.commit(lineFor(word, run)).then(() => say(`committed ${word}`), refused)
  }
  await lake.close()
  say('closed')
} catch (error) {
  refused(error)
}
