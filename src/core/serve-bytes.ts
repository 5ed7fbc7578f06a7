import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openBell } from './bell.ts'
import { type FromByteThread, piecesAhead, slotBytes, type ToByteThread } from './byte-messages.ts'
import { encodeError } from './error-codec.ts'
import type { Bytes } from './stage.ts'

/** Something that makes bytes of bytes, a piece at a time. */
export interface ByteWork {
  /** What is fed is the caller's again once all has come out; what comes out is its receiver's, whole buffer and all. */
  feed(bytes: Bytes): Iterable<Uint8Array<ArrayBuffer>>
  /** Nothing more will be fed. */
  end(): Iterable<Uint8Array<ArrayBuffer>>
}

/** Where a thread of `openByteThread` begins; in any other it does nothing. `open` gets what `through` was given. */
export function serveBytes(open: (start: never) => ByteWork): void {
  if (!parentPort) return
  const say = sayTo(parentPort)
  work(parentPort, workerData as SharedArrayBuffer, open).then(
    () => say({ kind: 'done' }),
    (error: unknown) => say({ kind: 'failed', error: encodeError(error) }),
  )
  say({ kind: 'ready' })
}

const sayTo =
  (port: MessagePort) =>
  (message: FromByteThread, moved: ArrayBuffer[] = []): void =>
    port.postMessage(message, moved)

async function work(
  port: MessagePort,
  slots: SharedArrayBuffer,
  open: (start: never) => ByteWork,
): Promise<void> {
  const say = sayTo(port)
  const bell = openBell()
  const told: ToByteThread[] = []
  let mayCome = piecesAhead
  port.on('message', (message: ToByteThread) => {
    if (message.kind === 'more') mayCome++
    else told.push(message)
    bell.ring()
  })
  const next = async (): Promise<ToByteThread | undefined> => {
    await bell.until(() => told.length > 0)
    return told.shift()
  }
  const send = async (made: Iterable<Uint8Array<ArrayBuffer>>): Promise<void> => {
    for (const bytes of made) {
      await bell.until(() => mayCome > 0)
      mayCome--
      say({ kind: 'made', bytes }, [bytes.buffer])
    }
  }
  const first = await next()
  const { feed, end } = open((first?.kind === 'open' ? first.start : undefined) as never)
  for (let slot = 0; ; slot = (slot + 1) % piecesAhead) {
    const message = await next()
    if (message?.kind !== 'piece') return send(end())
    await send(feed(new Uint8Array(slots, slot * slotBytes, message.bytes)))
    say({ kind: 'taken' })
  }
}
