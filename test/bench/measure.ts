import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** What one run of one process took. CPU is of all its threads. */
export interface Measured {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly stdout: string
}

const usage = new URL('./usage.js', import.meta.url).href

/**
 * Runs Node on `args`, from before it starts until it has ended. On Linux a child's peak memory counts from that of its
 * parent, so the caller must stay small. Throws with what the child said when it fails.
 */
export async function measure(args: readonly string[]): Promise<Measured> {
  const start = performance.now()
  const child = spawn(process.execPath, ['--import', usage, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code ?? signal,
    wallSeconds: (performance.now() - start) / 1000,
  }))
  const said = Promise.all([child.stdout, child.stderr, child.stdio[3]].map((one) => text(one as Readable)))
  const [{ code, wallSeconds }, [stdout = '', stderr = '', used = '']] = await Promise.all([ended, said])
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}\n${stderr}`)
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(used) as NodeJS.ResourceUsage
  return { wallSeconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024, stdout }
}
