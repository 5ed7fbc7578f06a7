import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Credentials } from '../../src/core/run.ts'
import {
  type ApiKeyClues,
  type CredentialClues,
  findApiKey,
  findCredentials,
} from '../../src/remote/credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-credentials-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const ini = {
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  AWS_CONFIG_FILE: join(folder, 'config'),
}
const noIni = { AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'), AWS_CONFIG_FILE: join(folder, 'none') }

writeFileSync(
  ini.AWS_SHARED_CREDENTIALS_FILE,
  `[default]
aws_access_key_id = default-id
aws_secret_access_key = default-secret
[half]
aws_access_key_id = half-id
`,
)
writeFileSync(
  ini.AWS_CONFIG_FILE,
  `[profile other]
aws_access_key_id = other-id
aws_secret_access_key = other-secret
aws_session_token = other-token
[profile role]
role_arn = arn:aws:iam::123456789012:role/demo
source_profile = default
[profile sso]
sso_start_url = https://sso.example
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = demo
[profile web]
role_arn = arn:aws:iam::123456789012:role/demo
web_identity_token_file = ${ini.AWS_CONFIG_FILE}
[profile command]
credential_process = false --secret told-to-nobody
`,
)

const pair = (name: string, token?: string): Credentials => ({
  accessKeyId: `${name}-id`,
  secretAccessKey: `${name}-secret`,
  ...(token !== undefined && { sessionToken: token }),
})

const massive = { MASSIVE_S3_ACCESS_KEY_ID: 'massive-id', MASSIVE_S3_SECRET_ACCESS_KEY: 'massive-secret' }
const polygon = { POLYGON_S3_ACCESS_KEY_ID: 'polygon-id', POLYGON_S3_SECRET_ACCESS_KEY: 'polygon-secret' }
const aws = { AWS_ACCESS_KEY_ID: 'aws-id', AWS_SECRET_ACCESS_KEY: 'aws-secret' }
const flags = { accessKey: 'flag-id', secretKey: 'flag-secret' }
const all = { ...massive, ...polygon, ...aws, ...ini }

const found: readonly (readonly [what: string, clues: CredentialClues, expected: Credentials])[] = [
  ['the pair given, before all else', { ...flags, profile: 'other', env: all }, pair('flag')],
  ['the profile given, before the environment', { profile: 'other', env: all }, pair('other', 'other-token')],
  ['the profile given in the credentials file', { profile: 'default', env: all }, pair('default')],
  ['MASSIVE_S3_ before POLYGON_S3_', { env: all }, pair('massive')],
  ['POLYGON_S3_ before AWS_', { env: { ...polygon, ...aws, ...ini } }, pair('polygon')],
  ['AWS_ before the config files', { env: { ...aws, ...ini } }, pair('aws')],
  ['AWS_SESSION_TOKEN', { env: { ...aws, AWS_SESSION_TOKEN: 'token', ...ini } }, pair('aws', 'token')],
  ['the default profile at last', { env: ini }, pair('default')],
  [
    'the profile that AWS_PROFILE names',
    { env: { AWS_PROFILE: 'other', ...ini } },
    pair('other', 'other-token'),
  ],
  [
    'what stands behind empty values',
    { accessKey: '', env: { ...ini, AWS_ACCESS_KEY_ID: ' ' } },
    pair('default'),
  ],
  [
    'values without the spaces and line ends around them',
    { env: { AWS_ACCESS_KEY_ID: 'aws-id\r\n', AWS_SECRET_ACCESS_KEY: ' aws-secret\n' } },
    pair('aws'),
  ],
  ...['MASSIVE', 'POLYGON'].flatMap((vendor) =>
    ['ACCESS_KEY_ID', 'ACCESS_KEY'].flatMap((id) =>
      ['SECRET_ACCESS_KEY', 'SECRET_KEY', 'SECRET'].map(
        (secret) =>
          [
            `${vendor}_S3_${id} with ${vendor}_S3_${secret}`,
            {
              env: { [`${vendor}_S3_${id}`]: 'seen-id', [`${vendor}_S3_${secret}`]: 'seen-secret', ...noIni },
            },
            pair('seen'),
          ] as const,
      ),
    ),
  ),
]
for (const [what, clues, expected] of found)
  test(`takes ${what}`, async () => assert.deepEqual(await findCredentials(clues), expected))

const refused: readonly [what: string, clues: CredentialClues, message: RegExp][] = [
  [
    '--access-key alone',
    { accessKey: 'told-to-nobody', env: all },
    /--access-key is set, --secret-key is not/,
  ],
  [
    '--secret-key alone',
    { secretKey: 'told-to-nobody', env: all },
    /--secret-key is set, --access-key is not/,
  ],
  [
    'a MASSIVE_S3_ id alone, whatever else there is',
    { env: { ...polygon, ...ini, MASSIVE_S3_ACCESS_KEY: 'told-to-nobody' } },
    /MASSIVE_S3_ACCESS_KEY is set, MASSIVE_S3_SECRET_ACCESS_KEY or MASSIVE_S3_SECRET_KEY or MASSIVE_S3_SECRET is not/,
  ],
  [
    'a POLYGON_S3_ secret alone',
    { env: { ...aws, POLYGON_S3_SECRET: 'told-to-nobody' } },
    /POLYGON_S3_SECRET is set, POLYGON_S3_ACCESS_KEY_ID or POLYGON_S3_ACCESS_KEY is not/,
  ],
  [
    'an AWS_ id with an empty secret',
    { env: { AWS_ACCESS_KEY_ID: 'told-to-nobody', AWS_SECRET_ACCESS_KEY: '' } },
    /AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not/,
  ],
  ['a profile that is not there', { profile: 'nobody', env: all }, /profile nobody of the AWS config files/],
  ['half a profile', { profile: 'half', env: all }, /profile half .*aws_secret_access_key/],
  ['a profile whose command fails', { profile: 'command', env: all }, /profile command/],
]
for (const [what, clues, message] of refused)
  test(`refuses ${what}`, () =>
    assert.rejects(findCredentials(clues), (error: Error & { hint?: string }) => {
      assert.equal(error.name, 'AccessError')
      assert.match(error.message, message)
      assert.doesNotMatch(`${error.stack} ${error.hint} ${error.cause}`, /told-to-nobody/)
      return true
    }))

test('refuses profiles with a role or single sign-on without asking the network', async () => {
  const asked: unknown[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(403).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // As after `aws sso login`: a token, under the hash of the address it is for.
  const cache = join(folder, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  const name = createHash('sha1').update('https://sso.example').digest('hex')
  const token = { accessToken: 'demo', expiresAt: '2999-01-01T00:00:00Z' }
  writeFileSync(join(cache, `${name}.json`), JSON.stringify(token))
  // What the SDK's own look-ups would go by.
  const before = { ...process.env }
  const own = { ...ini, HOME: folder, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint }
  Object.assign(process.env, own)
  try {
    for (const profile of ['role', 'web', 'sso'])
      await assert.rejects(findCredentials({ profile, env: all }), { name: 'AccessError' })
  } finally {
    for (const key of Object.keys(own)) delete process.env[key]
    Object.assign(process.env, before)
    server.closeAllConnections()
    server.close()
  }
  assert.deepEqual(asked, [])
})

test('names everything that was looked for when there is nothing', async () => {
  const error = await findCredentials({ env: { ...noIni, AWS_PROFILE: 'mine' } }).catch((thrown) => thrown)
  assert.equal(error.name, 'AccessError')
  assert.match(error.hint, /Dashboard > Keys.*--access-key/)
  assert.equal(
    error.message,
    `no S3 credentials; looked for:
  --access-key with --secret-key
  MASSIVE_S3_ACCESS_KEY_ID or MASSIVE_S3_ACCESS_KEY with MASSIVE_S3_SECRET_ACCESS_KEY or MASSIVE_S3_SECRET_KEY or MASSIVE_S3_SECRET
  POLYGON_S3_ACCESS_KEY_ID or POLYGON_S3_ACCESS_KEY with POLYGON_S3_SECRET_ACCESS_KEY or POLYGON_S3_SECRET_KEY or POLYGON_S3_SECRET
  AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN)
  --profile
  profile mine of the AWS config files`,
  )
})

const apiKeys: readonly (readonly [what: string, clues: ApiKeyClues, key: string])[] = [
  ['the key given', { apiKey: 'flag', env: { MASSIVE_API_KEY: 'm', POLYGON_API_KEY: 'p' } }, 'flag'],
  ['MASSIVE_API_KEY', { env: { MASSIVE_API_KEY: ' m\n', POLYGON_API_KEY: 'p' } }, 'm'],
  ['POLYGON_API_KEY', { apiKey: '', env: { MASSIVE_API_KEY: ' ', POLYGON_API_KEY: 'p' } }, 'p'],
]

for (const [what, clues, apiKey] of apiKeys)
  test(`the key of the REST API is ${what}`, async () => {
    assert.deepEqual(await findApiKey(clues), { apiKey })
  })

test('no key of the REST API is an error that says where one may stand', async () => {
  await assert.rejects(findApiKey({ env: {} }), {
    reason: 'access',
    message: /--api-key\n {2}MASSIVE_API_KEY\n {2}POLYGON_API_KEY$/,
  })
})
