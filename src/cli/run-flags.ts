import { durabilities } from '../core/durability.ts'
import { UsageError } from '../core/errors.ts'
import { bytes, choice, count, duration, list, optional, rate, text, toggle } from '../core/params.ts'
import { patienceDefaults } from '../core/patience.ts'
import type { Param } from '../core/recipe.ts'
import { namesIn } from '../pipelines/shared-params.ts'

/** How long to bear with a server: flags of every command that asks one. */
export const patienceFlags = {
  timeout: duration('give a connection up when it is silent for so long while it is read', {
    default: `${patienceDefaults.timeoutMs / 1000}s`,
  }),
  lowLevelRetries: count(
    'times in a row to go on after a dropped connection or a busy server; any byte that comes renews them',
    { default: String(patienceDefaults.lowLevelRetries), least: 0 },
  ),
}

/** The keys of the bucket. */
export const keyFlags = {
  accessKey: optional(
    text('key id for the bucket; else from the environment or the profile', { value: 'KEY' }),
  ),
  secretKey: optional(text('its secret', { value: 'SECRET' })),
  profile: optional(text('profile of the AWS config files to take the keys from', { value: 'NAME' })),
}

/** Flags of every run that asks the REST API. */
export const restFlags = {
  apiKey: optional(
    text('key of the REST API; else from MASSIVE_API_KEY or POLYGON_API_KEY', { value: 'KEY' }),
  ),
  rate: rate(
    'requests to the REST API in any second, minute (5/min on the free plan) or hour, of runs into one lake; 0 is no limit',
    {
      default: '90/s',
    },
  ),
}

/** Units by their names. */
const unitList = (help: string): Param<readonly string[]> => ({
  ...list(help, { value: 'UNIT...' }),
  parse(given) {
    const names = namesIn(given)
    if (names.length === 0) throw new UsageError(`${given} names nothing to do`)
    return names
  },
})

/** Flags of every run, beside those of its recipe. */
export const runFlags = {
  workers: optional(
    count(
      'files at a time, each on a thread of its own, by default one a core and at most 4, or 4 where they are only fetched, over plain HTTP, which two cores do on one thread; of the REST API units at a time, by default 8',
    ),
  ),
  limit: optional(
    count(
      'do at most so many of the files, or of the companies of a REST recipe, that are not done yet, to start small',
    ),
  ),
  bwlimit: bytes('bytes a second off the network, all files together; M is 10^6, Mi is 2^20, 0 is no limit', {
    default: '256M',
  }),
  ...restFlags,
  ...patienceFlags,
  retries: count(
    'times to try a file or unit again whose network failed for good, after 1, 2, 4 s and so on',
    {
      default: '3',
      least: 0,
    },
  ),
  failFast: toggle('end all at the first file or unit that fails; a key that is not accepted always does'),
  retryFailed: toggle('do only the files or units that failed the last time they were tried'),
  refill: optional(
    unitList(
      'do only these files or companies, and anew: --refill 2024-03-01 2024-03-04, --refill AAPL MSFT, or @FILE or - (stdin) with one a line',
    ),
  ),
  force: toggle('do all files or units anew, those too that are done'),
  replace: toggle('take the place of output of another shape, when all of it is converted anew'),
  adopt: optional(
    text(
      'take raw files that lie there already for done, if they are those of the bucket by size and MD5: FILE is the checkpoint of a download script, or the word all',
      { value: 'FILE' },
    ),
  ),
  durability: choice(
    'fsync: what is done outlasts a power cut; rename: one may cost files of the last half minute, which the next run makes again; none: and a part of the manifest',
    durabilities,
    { default: 'fsync' },
  ),
  rejects: optional(
    text('set rows that cannot be read aside there, as NDJSON, instead of failing their file', {
      value: 'FILE',
    }),
  ),
  maxRejects: count('so many of them a file; one that has more fails', { default: '10000' }),
  maxTransfer: optional(bytes('start no further file or unit once so many bytes have come, and exit with 8')),
  maxDuration: optional(duration('start no further file or unit after so long, and exit with 8')),
  ...keyFlags,
  config: optional(
    text('JSON file with any of these flags; those on the command line win', { value: 'FILE' }),
  ),
  quiet: toggle('print only errors and warnings'),
  json: toggle('print no progress, and the report as one line of JSON on stdout'),
}
