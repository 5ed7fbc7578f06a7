import { MissingError, UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { count, day, optional, toggle } from '../core/params.ts'
import { createRun, type Run } from '../core/run.ts'
import { written } from '../core/written.ts'
import { datasets } from '../datasets/all.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { datesBetween } from '../datasets/days.ts'
import { correctedKey, datasetNamed } from '../datasets/keys.ts'
import { bucketParams } from '../pipelines/bucket-params.ts'
import { reportAbsent } from '../pipelines/flat-absent.ts'
import { type Range, rangeOf } from '../pipelines/flat-dates.ts'
import { listRange } from '../pipelines/flat-listing.ts'
import type { RemoteFile } from '../remote/bucket.ts'
import { whereText } from '../remote/s3-errors.ts'
import { readValues, type ValuesOf } from './flags.ts'
import { lendKeys } from './lend-keys.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { keyFlags, patienceFlags } from './run-flags.ts'
import { jsonLine } from './say-error.ts'
import { listenForSignals } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { bytesText, plural } from './words.ts'

const lsFlags = {
  start: optional(day('first day, or -5d for five days ago in New York; the first there is by default')),
  end: optional(day('last day, included; by default the first one, and today after --start -5d')),
  maxKeys: optional(count('list at most so many objects')),
  json: toggle('one JSON object a line, and errors as JSON'),
}
const bucketFlags = { ...bucketParams, ...patienceFlags, ...keyFlags }
type Settings = ValuesOf<typeof lsFlags> & ValuesOf<typeof bucketFlags>

/** What is listed: a dataset, or all keys that begin with a text. */
interface Asked {
  readonly word: string
  readonly dataset: Dataset | undefined
  readonly prefix: string
  readonly range: Range | undefined
}

export const grammar: Grammar = {
  usage: 'millrace ls RECIPE|PREFIX [flags]',
  about:
    'Lists what the bucket has of a dataset, or below a prefix: size, time, ETag and key of each object.',
  flags: { Flags: lsFlags, 'The bucket': bucketFlags },
  closing: 'millrace ls stocks-daily --start -5d; millrace ls us_stocks_sip/day_aggs_v1/2024/01/',
}

/** Lists objects of the bucket, page by page as they are read, and the total on stderr. */
export async function ls(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [word] = read.words
  refuseWords(read.words.slice(1))
  const settings: Settings = { ...readValues(lsFlags, read.given), ...readValues(bucketFlags, read.given) }
  return untilInterrupted(interrupts, settings.json ? 'json' : 'text', async () => {
    await list(word, settings, interrupts.signal)
    return 0
  })
}

async function list(word: string | undefined, settings: Settings, signal: AbortSignal): Promise<void> {
  const say = (text: string): void => void process.stderr.write(text)
  const { timeout, lowLevelRetries, json, maxKeys } = settings
  const warn = (text: string): void => say(json ? jsonLine({ warning: text }) : `warning: ${text}\n`)
  const run = createRun({ signal, timeoutMs: timeout, lowLevelRetries, warn, access: lendKeys(settings) })
  const asked = askedFor(word, settings, run)
  if (!asked.dataset && asked.prefix !== asked.word) warn(`${asked.word} is ${asked.prefix} in the bucket`)
  const { objects, bytes } = await print(listRange(asked, settings, run), settings)
  if (objects === 0) refuseNothing(asked, settings, run)
  if (json) return say(jsonLine({ objects, bytes }))
  const stopped = objects === maxKeys ? `; --max-keys ${maxKeys} is reached` : ''
  say(`${plural(objects, 'object')}, ${bytesText(bytes)}${stopped}\n`)
}

function askedFor(word: string | undefined, { start, end }: Settings, run: Run): Asked {
  if (word === undefined)
    throw new UsageError('which recipe, or which prefix?', {
      hint: 'millrace ls stocks-daily, or millrace ls us_stocks_sip/; millrace recipes lists the recipes',
    })
  const dataset = datasetNamed(word)
  const prefix = dataset ? `${dataset.prefix}/` : correctedKey(word)
  const from = start ?? (end && { date: dataset?.since ?? '0001-01-01' })
  return { word, dataset, prefix, range: from && rangeOf({ start: from, end }, run) }
}

/** Prints a line an object, no faster than they are read; no memory grows with their number. */
async function print(
  files: AsyncIterable<RemoteFile>,
  { json, maxKeys = Number.POSITIVE_INFINITY }: Settings,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  let [text, objects, bytes] = ['', 0, 0]
  for await (const file of files) {
    text += json ? jsonLine(file) : lineOf(file)
    objects++
    bytes += file.size
    if (text.length >= 16_384) {
      await written(process.stdout, text)
      text = ''
    }
    if (objects === maxKeys) break
  }
  await written(process.stdout, text)
  return { objects, bytes }
}

const lineOf = ({ key, size, etag, lastModified }: RemoteFile): string =>
  `${String(size).padStart(13)}  ${lastModified.toISOString().replace('.000Z', 'Z')}  ${etag}  ${key}\n`

/** @throws {MissingError} unless there need be none. */
function refuseNothing({ word, dataset, prefix, range }: Asked, settings: Settings, run: Run): void {
  const where = whereText(settings)
  if (dataset && range) {
    const dates = datesBetween(range.first, range.last)
    reportAbsent({ dataset, where, isBucket: true }, dates, new Set(), run)
    return
  }
  const names = datasets.map(({ name }) => name)
  throw new MissingError(`no key in ${where} begins with ${prefix}`, {
    hint: word.includes('/')
      ? 'millrace ls us_stocks_sip/ lists all of the stocks'
      : `${word} is no dataset: ${didYouMean(word, names)}`,
  })
}
