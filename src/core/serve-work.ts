import { type MessagePort, parentPort, workerData } from 'node:worker_threads'

/**
 * Where a thread of `openWorkThread` begins; in any other it does nothing.
 *
 * @param open gets what the thread was opened with. @returns what does one piece of work.
 */
export function serveWork<D, W>(open: (data: D) => (work: W) => void): void {
  if (parentPort) serve(parentPort, open(workerData as D))
}

function serve<W>(port: MessagePort, doIt: (work: W) => void): void {
  const sayIdle = (): void => port.postMessage('idle')
  port.on('message', (work: W) => {
    doIt(work)
    sayIdle()
  })
  sayIdle()
}
