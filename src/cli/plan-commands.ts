import { UsageError } from '../core/errors.ts'
import type { Planned } from '../core/plan.ts'
import { massiveFlatFiles } from '../remote/bucket.ts'
import { endpointUrl } from '../remote/s3-errors.ts'
import { rateText } from './words.ts'

/** Programs that can fetch the same objects. */
export const otherTools = ['aws', 'rclone', 's5cmd'] as const
export type OtherTool = (typeof otherTools)[number]

/** What their commands depend on, beside the objects. */
export interface Fetching {
  readonly recipe: string
  readonly params: Readonly<Record<string, unknown>>
  /** The cap, 0 for none. */
  readonly bytesPerSecond: number
  readonly profile: string | undefined
}

interface Place {
  readonly url: string
  readonly region: string
  readonly bucket: string
  readonly profile: string | undefined
  readonly bytesPerSecond: number
}

/** A tool: lines before the first object, and the command for one. Keys are for its own configuration, never for here. */
interface Dialect {
  begin(place: Place): readonly string[]
  one(place: Place, key: string, path: string): string
}

const dialects: Readonly<Record<OtherTool, Dialect>> = {
  aws: {
    begin: ({ bytesPerSecond, profile }) => [
      '# Keys: aws configure, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.',
      ...(bytesPerSecond === 0
        ? []
        : [
            '# The cap goes into the config file of aws, and stays there.',
            `aws configure set s3.max_bandwidth ${awsRate(bytesPerSecond)}${profileFlag(profile)}`,
          ]),
    ],
    one: ({ url, region, bucket, profile }, key, path) =>
      `aws s3 cp ${quoted(`s3://${bucket}/${key}`)} ${quoted(path)} --endpoint-url ${quoted(url)} --region ${quoted(region)}${profileFlag(profile)}`,
  },
  rclone: {
    begin: () => [
      '# Keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or the AWS config files.',
    ],
    one({ url, region, bucket, profile, bytesPerSecond }, key, path) {
      const named = profile === undefined ? '' : `,profile=${inRemote(profile)}`
      const remote = `:s3,provider=Other,env_auth=true,endpoint=${inRemote(url)},region=${inRemote(region)}${named}:${bucket}/${key}`
      const cap = bytesPerSecond === 0 ? '' : ` --bwlimit ${bytesPerSecond}B`
      return `rclone copyto ${quoted(remote)} ${quoted(path)}${cap}`
    },
  },
  s5cmd: {
    begin: ({ bytesPerSecond }) => [
      '# Keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or the AWS config files.',
      ...(bytesPerSecond === 0
        ? []
        : [`# s5cmd has no cap: the ${rateText(bytesPerSecond)} of --bwlimit are not kept.`]),
    ],
    one: ({ url, region, bucket, profile }, key, path) =>
      `AWS_REGION=${quoted(region)} s5cmd --endpoint-url ${quoted(url)}${profileFlag(profile)} cp ${quoted(`s3://${bucket}/${key}`)} ${quoted(path)}`,
  },
}

/**
 * Commands that fetch what is to do, one after the other, so that the cap of each is that of all. The files are laid out
 * as the recipe's `--from` and `--format raw` have them.
 *
 * @throws {UsageError} when what the recipe reads is no object of a bucket.
 */
export function commandsAs(tool: OtherTool, units: readonly Planned[], fetching: Fetching): string[] {
  const { recipe, params, bytesPerSecond, profile } = fetching
  const textOf = (name: 'endpoint' | 'region' | 'bucket'): string => {
    const value = params[name]
    return typeof value === 'string' ? value : massiveFlatFiles[name]
  }
  const url = endpointUrl(textOf('endpoint'))
  const place: Place = {
    // A name and password in it are secrets like any.
    url: `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`,
    region: textOf('region'),
    bucket: textOf('bucket'),
    profile,
    bytesPerSecond,
  }
  const { begin, one } = dialects[tool]
  const todo = units.filter(({ done }) => !done)
  const folder = folderOf(params)
  return [
    ...begin(place),
    ...todo.map((planned) => {
      const key = keyOf(planned, { tool, recipe })
      return one(place, key, `${folder}/${params['flat'] === true ? key.replaceAll('/', '__') : key}`)
    }),
    ...(params['format'] === 'raw'
      ? []
      : [remark(`Then the same millrace run with --from ${quoted(folder)}`)]),
  ]
}

/** Where raw files are to lie. */
function folderOf({ format, out, keepRaw }: Fetching['params']): string {
  const named = format === 'raw' ? out : keepRaw
  const isFolder = typeof named === 'string' && named !== '-' && !named.endsWith('.csv.gz')
  return isFolder ? named.replace(/(?<=.)\/+$/, '') : './raw'
}

function keyOf(
  { unit }: Planned,
  { tool, recipe }: { readonly tool: string; readonly recipe: string },
): string {
  const key = unit.identity?.['key']
  if (typeof key === 'string') return key
  throw new UsageError(`--as ${tool}: what ${recipe} reads for ${unit.id} is no object of a bucket`)
}

const profileFlag = (profile: string | undefined): string =>
  profile === undefined ? '' : ` --profile ${quoted(profile)}`

/** Version 1 of aws takes no plain number, and its K is 1024 bytes. */
const awsRate = (bytesPerSecond: number): string => `${Math.max(1, Math.floor(bytesPerSecond / 1024))}KB/s`

/** A value in the connection string of rclone. */
const inRemote = (value: string): string => `"${value.replaceAll('"', '""')}"`

/** A remark in a script, however many lines it has. */
export const remark = (text: string): string => text.replace(/^/gm, '# ')

/** A word as a shell reads it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
