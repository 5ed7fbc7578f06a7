import { AccessError } from '../core/errors.ts'
import type { ApiKey, Credentials } from '../core/run.ts'

/** Where to look for the S3 key pair; an empty text counts as none. */
export interface CredentialClues {
  readonly accessKey?: string | undefined
  readonly secretKey?: string | undefined
  /** A profile of the AWS config files. */
  readonly profile?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

interface PairNames {
  readonly ids: readonly string[]
  readonly secrets: readonly string[]
  readonly token?: string
}

const vendorPair = (vendor: string): PairNames => ({
  ids: [`${vendor}_S3_ACCESS_KEY_ID`, `${vendor}_S3_ACCESS_KEY`],
  secrets: [`${vendor}_S3_SECRET_ACCESS_KEY`, `${vendor}_S3_SECRET_KEY`, `${vendor}_S3_SECRET`],
})

const flagPair: PairNames = { ids: ['--access-key'], secrets: ['--secret-key'] }

const environmentPairs: readonly PairNames[] = [
  vendorPair('MASSIVE'),
  vendorPair('POLYGON'),
  { ids: ['AWS_ACCESS_KEY_ID'], secrets: ['AWS_SECRET_ACCESS_KEY'], token: 'AWS_SESSION_TOKEN' },
]

const hint =
  'make a pair under Dashboard > Keys of massive.com and pass it: --access-key with --secret-key, or by one of these names'

/** A key pair, and where it was found, which is no secret. */
export interface FoundCredentials {
  readonly credentials: Credentials
  readonly source: string
}

/** As `locateCredentials`, where it does not matter which pair it is. */
export const findCredentials = async (clues: CredentialClues): Promise<Credentials> =>
  (await locateCredentials(clues)).credentials

/**
 * Finds the S3 key pair: the one given, the profile given, the environment, the default profile; the first found holds.
 * Never asks the network, as for the role of a machine. Only the AWS config files are read beside the arguments, from
 * where `env` says or else from `~/.aws`.
 *
 * @throws {AccessError} when there is none, or half of one: nobody means an id without its secret.
 */
export async function locateCredentials({
  accessKey,
  secretKey,
  profile,
  env,
}: CredentialClues): Promise<FoundCredentials> {
  const given = pairOf(flagPair, { '--access-key': accessKey, '--secret-key': secretKey })
  if (given) return given
  if (profile) return (await profilePair(profile, env)) ?? noPair(profileText(profile))
  for (const names of environmentPairs) {
    const found = pairOf(names, env)
    if (found) return { ...found, source: `${found.source} of the environment` }
  }
  const fallback = env['AWS_PROFILE'] || 'default'
  return (await profilePair(fallback, env)) ?? nothing(fallback)
}

const profileText = (profile: string): string => `profile ${profile} of the AWS config files`

function pairOf(
  { ids, secrets, token }: PairNames,
  values: Readonly<Record<string, string | undefined>>,
): FoundCredentials | undefined {
  const firstOf = (names: readonly string[]): string | undefined => names.find((name) => values[name]?.trim())
  const [id, secret] = [firstOf(ids), firstOf(secrets)]
  if (id === undefined && secret === undefined) return undefined
  if (id === undefined || secret === undefined)
    throw new AccessError(
      `half a key pair: ${id ?? secret} is set, ${(id === undefined ? ids : secrets).join(' or ')} is not`,
      { hint: 'pass both, or neither' },
    )
  const sessionToken = token && values[token]?.trim()
  const credentials = {
    accessKeyId: values[id]?.trim() ?? '',
    secretAccessKey: values[secret]?.trim() ?? '',
    ...(sessionToken && { sessionToken }),
  }
  return { credentials, source: [id, secret, ...(sessionToken ? [token] : [])].join(', ') }
}

async function profilePair(
  profile: string,
  env: CredentialClues['env'],
): Promise<FoundCredentials | undefined> {
  const { fromIni } = await import('@aws-sdk/credential-provider-ini')
  const { AWS_SHARED_CREDENTIALS_FILE: filepath, AWS_CONFIG_FILE: configFilepath } = env
  const refuse = (): Promise<never> => Promise.reject(new Error('this would ask the network'))
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await fromIni({
      profile,
      ...(filepath && { filepath }),
      ...(configFilepath && { configFilepath }),
      // What would look up roles and single sign-on.
      clientConfig: { requestHandler: { handle: refuse } },
      roleAssumerWithWebIdentity: refuse,
    })()
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
    return { credentials, source: profileText(profile) }
  } catch {
    // The SDK's reason is not passed on: it may quote the command of a `credential_process`, secrets and all.
    return undefined
  }
}

function noPair(where: string): never {
  throw new AccessError(`${where}: gives no key pair, that is aws_access_key_id with aws_secret_access_key`, {
    hint: 'check the name of the profile; roles and single sign-on are not looked up: export their keys to the environment',
  })
}

function nothing(profile: string): never {
  const pairs = [flagPair, ...environmentPairs].map(
    ({ ids, secrets, token }) =>
      `${ids.join(' or ')} with ${secrets.join(' or ')}${token ? ` (and ${token})` : ''}`,
  )
  const all = [...pairs, '--profile', profileText(profile)]
  throw new AccessError(`no S3 credentials; looked for:\n${all.map((name) => `  ${name}`).join('\n')}`, {
    hint,
  })
}

/** Where to look for the key of the REST API; an empty text counts as none. */
export interface ApiKeyClues {
  readonly apiKey?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

const apiKeyNames = ['MASSIVE_API_KEY', 'POLYGON_API_KEY'] as const

/**
 * Finds the key of the REST API: the one given, then the environment.
 *
 * @throws {AccessError} when there is none.
 */
export async function findApiKey({ apiKey, env }: ApiKeyClues): Promise<ApiKey> {
  const found = [apiKey, ...apiKeyNames.map((name) => env[name])].find((key) => key?.trim())
  if (found !== undefined) return { apiKey: found.trim() }
  const all = ['--api-key', ...apiKeyNames]
  throw new AccessError(`no key of the REST API; looked for:\n${all.map((name) => `  ${name}`).join('\n')}`, {
    hint: 'it is under Dashboard > Keys of massive.com, and another than the S3 pair',
  })
}
