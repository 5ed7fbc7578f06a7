import type { Credentials } from '../core/run.ts'
import type { ValuesOf } from './flags.ts'
import type { keyFlags } from './run-flags.ts'

/** What a run asks when a stage wants the keys of the bucket: the flags, the environment, the AWS config files. */
export function lendKeys({ accessKey, secretKey, profile }: ValuesOf<typeof keyFlags>) {
  return async (): Promise<Credentials> => {
    const { findCredentials } = await import('../remote/credentials.ts')
    return findCredentials({ accessKey, secretKey, profile, env: process.env })
  }
}
