import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { passIf } from './pass-if.ts'

/** What cannot be looked at for another reason is not taken for gone. */
const missing = passIf('ENOENT', 'ENOTDIR', 'ESRCH')

/** Who holds a lock, as its file tells. */
export interface Holder {
  readonly v: 1
  readonly epoch: string
  readonly host: string
  /** Absent where a process cannot tell its own. */
  readonly pid?: number
  /** The boot and the set of processes among which `pid` means something. Linux only. */
  readonly machine?: string
  /** When the process began, in ticks since the boot: a pid is given to others later. Linux only. */
  readonly startTicks?: string
  /** When it took the lock, as ISO 8601 in UTC. */
  readonly at: string
}

/** What the system tells of its processes where it has no `/proc`: what `process` knows. */
export interface Processes {
  readonly pid: number
  isAlive(pid: number): boolean
}

/** This process, as a lock names it. */
export async function describeSelf(
  processes?: Processes,
): Promise<Pick<Holder, 'host' | 'pid' | 'machine' | 'startTicks'>> {
  const host = hostname()
  const [self, machine] = await Promise.all([readStat('self'), machineOf()])
  if (self && machine !== undefined) return { host, pid: self.pid, machine, startTicks: self.startTicks }
  return { host, ...(processes && { pid: processes.pid }) }
}

/**
 * What is known of the process that holds a lock. `dead`: it cannot come back. `gone`: nobody has its pid, here, where
 * nothing more can be known. `unknown`: it is stopped, or on another machine, so that only its heartbeat tells.
 */
export async function stateOf(
  holder: Holder,
  processes?: Processes,
): Promise<'alive' | 'dead' | 'gone' | 'unknown'> {
  const { host, pid } = holder
  const machine = await machineOf()
  if (pid === undefined) return 'unknown'
  if (machine !== undefined) return holder.machine === machine ? localState(holder, pid) : 'unknown'
  return host === hostname() && processes && !processes.isAlive(pid) ? 'gone' : 'unknown'
}

async function localState({ startTicks }: Holder, pid: number): Promise<'alive' | 'dead' | 'unknown'> {
  const found = await readStat(String(pid))
  if (found?.startTicks !== startTicks || /[ZXx]/.test(found?.state ?? 'X')) return 'dead'
  return /[Tt]/.test(found?.state ?? '') ? 'unknown' : 'alive'
}

/** `/proc/PID/stat`: pid, name in brackets, state, and so on; the 22nd is when it began. Nothing where there is none. */
async function readStat(pid: string) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(missing)
  if (text === undefined) return undefined
  // The name may hold brackets and spaces.
  const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { pid: Number.parseInt(text, 10), state, startTicks: rest[18] ?? '' }
}

/** Two containers may have one host name, and one boot, but not one set of processes. */
async function machineOf(): Promise<string | undefined> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(untold)
  const processes = await readlink('/proc/self/ns/pid').catch(untold)
  return boot === undefined || processes === undefined ? undefined : `${boot.trim()} ${processes}`
}

/** Some sandboxes do not tell: then only heartbeats do. */
const untold = passIf('ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')
