// Runs a parser over a .csv.gz that lies in memory, inflated, in chunks as gunzip would hand them over, and prints what
// that took, from the first byte to the last batch, and what came out: parse.js PARSER JOB
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, type ZlibOptions } from 'node:zlib'
import { fileColumns } from '../../../src/datasets/dataset.ts'
import { datasetNamed, type Job } from '../ask.ts'
import { type ParserName, type Parsing, parsers } from '../parsers/parsers.ts'

const chunkBytes = 1 << 20
const inflated: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = promisify(gunzip)
const [, , name = '', job = ''] = process.argv
const parser = parsers[name as ParserName]
const { dataset, files, ask } = JSON.parse(job) as Job

async function textIn(path: string): Promise<Buffer> {
  const bytes = await readFile(path)
  return parser.reads === 'gzip' ? bytes : inflated(bytes, { chunkSize: chunkBytes })
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

/** What is done with what comes out is not counted. */
async function timed({ results }: Parsing): Promise<{ wallSeconds: number; cpuSeconds: number }> {
  const pulls = results[Symbol.asyncIterator]()
  const taken = { wallSeconds: 0, cpuSeconds: 0 }
  for (let done = false; !done; ) {
    const [start, used] = [performance.now(), process.cpuUsage()]
    const pulled = await pulls.next()
    taken.wallSeconds += (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(used)
    taken.cpuSeconds += (user + system) / 1e6
    done = pulled.done === true
    if (!done) pulled.value?.()
  }
  return taken
}

const chunks = chunksOf(await textIn(files[0]?.from ?? ''))
const parsing = await parser.open(chunks, fileColumns(datasetNamed(dataset)), ask)
const taken = await timed(parsing)
process.stdout.write(JSON.stringify({ ...taken, facts: parsing.facts() }))
