import type { ApiKey, Credentials } from '../core/run.ts'
import type { ValuesOf } from './flags.ts'
import type { keyFlags, restFlags } from './run-flags.ts'

/** What a run asks when a stage wants the keys of the bucket: the flags, the environment, the AWS config files. */
export function lendKeys({ accessKey, secretKey, profile }: ValuesOf<typeof keyFlags>) {
  return async (): Promise<Credentials> => {
    const { findCredentials } = await import('../remote/credentials.ts')
    return findCredentials({ accessKey, secretKey, profile, env: process.env })
  }
}

/** What it asks when a stage wants the key of the REST API: the flag, the environment. */
export function lendApiKey({ apiKey }: Pick<ValuesOf<typeof restFlags>, 'apiKey'>) {
  return async (): Promise<ApiKey> => {
    const { findApiKey } = await import('../remote/credentials.ts')
    return findApiKey({ apiKey, env: process.env })
  }
}
