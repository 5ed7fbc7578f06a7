import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeError } from '../../src/core/error-codec.ts'
import type { Start, ToMain, ToWorker } from '../../src/core/messages.ts'
import { workUnits } from '../../src/core/work-units.ts'
import { odd } from '../helpers/odd-recipes.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { workerStart } from '../helpers/worker-start.ts'

/** A worker without a thread: its port copies what is posted, and notes whether it would keep the thread alive. */
function working(own: Partial<Start> = {}) {
  const posted: ToMain[] = []
  const held: boolean[] = []
  let tell: (message: ToWorker) => void = () => {}
  let heard = (): void => {}
  workUnits(
    {
      on(_event, told) {
        tell = told
      },
      postMessage(message) {
        posted.push(structuredClone(message))
        heard()
      },
      ref: () => held.push(true),
      unref: () => held.push(false),
      close: () => held.push(false),
    },
    workerStart({ module: odd.module ?? '', recipe: 'odd', params: { greeting: 'hello' }, ...own }),
  )
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      heard = resolve
    })
  let turn = 0
  return {
    posted,
    held,
    tell: (message: ToWorker) => tell(message),
    async work(id: string): Promise<ToMain> {
      tell({ kind: 'task', turn: turn++, task: { unit: { id }, place: { first: true, last: false } } })
      for (;;) {
        const last = posted.at(-1)
        if (last?.kind === 'done' || last?.kind === 'failed') return posted.pop() as ToMain
        await next()
      }
    },
  }
}

const errorOf = (message: ToMain): Error => {
  assert.ok(message.kind === 'failed', JSON.stringify(message))
  return decodeError(message.error) as Error
}

test('a unit is built with the params, and its place', async () => {
  const { work, posted } = working()
  assert.equal((await work('a')).kind, 'done')
  const warnings = posted.flatMap((message) => (message.kind === 'warn' ? message.text : []))
  assert.deepEqual(warnings, ['hello {"first":true,"last":false}'])
})

test('all that was counted is told before the unit is done', async () => {
  const { work, posted } = working()
  await work('counts')
  assert.deepEqual(posted.at(-1), { kind: 'count', turn: 0, counts: { rowsIn: 3, filtered: 3 } })
})

test('a module that cannot be loaded fails every unit, and ends nothing', async () => {
  const { work } = working({ module: new URL('./nowhere.js', import.meta.url).href })
  for (const id of ['a', 'b']) assert.match(errorOf(await work(id)).message, /nowhere\.js/)
})

test('a module without that recipe fails every unit, naming both', async () => {
  const { work } = working({ recipe: 'even' })
  for (const id of ['a', 'b'])
    assert.match(errorOf(await work(id)).message, /odd-recipes\.js exports no recipe even/)
})

test('a recipe that cannot build a unit fails that unit', async () => {
  const { work } = working()
  assert.equal(errorOf(await work('unbuilt')).message, 'no such unit')
  assert.equal((await work('a')).kind, 'done')
})

test('output that cannot be told fails its unit, and is not waited for', async (t) => {
  const { work } = working({ params: { folder: tempDir(t) } })
  assert.match(errorOf(await work('untold')).message, /could not be cloned/)
})

test('a thread lives for its port while it has nothing to do, and not while it has', async () => {
  const { work, held } = working()
  await work('a')
  await new Promise(setImmediate)
  assert.deepEqual(held, [false, true])
})

test('an abort ends the unit in hand, with its reason', async () => {
  const { work, tell } = working()
  const waiting = work('waits')
  const reason = { is: 'foreign', name: 'Error', message: 'stopped', stack: '', code: undefined } as const
  tell({ kind: 'stop', reason })
  assert.equal(errorOf(await waiting).message, 'stopped')
})

test('the end of the run closes the port', () => {
  const { tell, held } = working()
  tell({ kind: 'end' })
  assert.deepEqual(held, [false])
})
