import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Run } from '../core/run.ts'
import { startAsking } from './asking.ts'
import type { BucketPlace } from './bucket.ts'
import { requester } from './request.ts'
import { endpointUrl } from './s3-errors.ts'

/** That a server is there: whatever it answers to somebody without keys, it answers. */
export interface Probe {
  /** How long the answer took. */
  readonly ms: number
  /** What time it was there when it answered, in ms since 1970, to the second; absent when it does not say. */
  readonly serverMs: number | undefined
  /** What time it was here. */
  readonly hereMs: number
}

/**
 * Asks a server for nothing but its headers, without keys.
 *
 * @throws {NetworkError} when it cannot be reached, {UsageError} when the endpoint is none.
 */
export function probeServer({ endpoint, bucket }: BucketPlace, run: Run): Promise<Probe> {
  const { clock, patience, signal } = run
  const url = endpointUrl(endpoint)
  const request = requester({ clock, timeoutMs: patience.timeoutMs })
  return startAsking(run, signal).answer(() =>
    request({ endpoint, bucket, signal }, async (stop) => {
      const beganMs = clock.monotonicMs()
      const { headers } = await headersOf(url, stop)
      const ms = clock.monotonicMs() - beganMs
      const serverMs = Date.parse(headers.date ?? '')
      return { ms, hereMs: clock.wallMs(), serverMs: Number.isNaN(serverMs) ? undefined : serverMs }
    }),
  )
}

function headersOf({ protocol, hostname, port }: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const send = protocol === 'http:' ? httpRequest : httpsRequest
  return new Promise((resolve, reject) => {
    send({
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: '/',
      method: 'HEAD',
      signal,
      agent: false,
    })
      .on('response', (response) => {
        response.resume()
        resolve(response)
      })
      .on('error', reject)
      .end()
  })
}
