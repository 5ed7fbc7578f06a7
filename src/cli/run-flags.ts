import { bytes, count, optional, text, toggle } from '../core/params.ts'

/** Flags of every run, beside those of its recipe. */
export const runFlags = {
  workers: optional(
    count('files at a time, by default one a core and at most 4; in this version all on one thread'),
  ),
  limit: optional(count('do at most so many of the files that are not done yet, to start small')),
  bwlimit: bytes('bytes a second off the network, all files together; M is 10^6, Mi is 2^20, 0 is no limit', {
    default: '256M',
  }),
  replace: toggle('take the place of output of another shape, when all of it is converted anew'),
  accessKey: optional(
    text('key id for the bucket; else from the environment or the profile', { value: 'KEY' }),
  ),
  secretKey: optional(text('its secret', { value: 'SECRET' })),
  profile: optional(text('profile of the AWS config files to take the keys from', { value: 'NAME' })),
  config: optional(
    text('JSON file with any of these flags; those on the command line win', { value: 'FILE' }),
  ),
  quiet: toggle('print only errors and warnings'),
  json: toggle('print no progress, and the report as one line of JSON on stdout'),
}
