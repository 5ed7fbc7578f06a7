import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { WriteError } from '../../src/core/errors.ts'
import { appendManifest, type ManifestLine, readManifest, slotKey } from '../../src/core/manifest.ts'
import { type OpenLake, openLake } from '../../src/core/open-lake.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { fallAsleep, lineFor } from '../helpers/lake-state.ts'
import { tempDir } from '../helpers/temp-dir.ts'

interface Writer {
  readonly run: Run
  readonly lake: OpenLake
}

async function openWriter(root: string): Promise<Writer> {
  const run = createRun({ clock: createFakeClock(), durability: 'none' })
  return { run, lake: await openLake(root, run, { tool: 'test' }) }
}

/** A lake, whoever writes to it now, those who once did and are asleep, and what must be in its manifest. */
async function openWorld(root: string) {
  const path = join(root, '_millrace', 'manifest.ndjson')
  const expected = new Map<string, ManifestLine>()
  const sleepers: Writer[] = []
  let writer = await openWriter(root)
  let lines = 0
  const lineOf = ({ run }: Writer): ManifestLine => ({
    ...lineFor(`d${lines % 3}`, run),
    identity: { n: lines++ },
  })
  const expect = (line: ManifestLine): void => void expected.set(slotKey(line), line)
  const sleeper = (n: number): Writer | undefined => sleepers[n % Math.max(1, sleepers.length)]
  return {
    async commit() {
      const line = lineOf(writer)
      await writer.lake.commit(line)
      expect(line)
    },
    /** So many that the manifest is rewritten when it is opened next. */
    async many() {
      const line = lineOf(writer)
      appendFileSync(path, `${JSON.stringify(line)}\n`.repeat(1100))
      expect(line)
    },
    async close() {
      await writer.lake.close()
      writer = await openWriter(root)
    },
    /** In the middle of a line. */
    async crash(bytes: number) {
      const text = JSON.stringify(lineOf(writer))
      appendFileSync(path, text.slice(0, bytes % text.length))
      fallAsleep(root, writer.run)
      writer = await openWriter(root)
    },
    async takeover() {
      fallAsleep(root, writer.run)
      sleepers.push(writer)
      writer = await openWriter(root)
    },
    /** One wakes up, and goes on. */
    async wake(n: number) {
      const one = sleeper(n)
      if (one) await assert.rejects(one.lake.commit(lineOf(one)), WriteError)
    },
    /** One wakes up after its look at the lock. */
    async late(n: number) {
      const one = sleeper(n)
      if (one) await appendManifest(root, [lineOf(one)], 'none')
    },
    async check() {
      assert.deepEqual(new Map(await readManifest(root)), expected)
    },
    end: () => writer.lake.close(),
  }
}

const weights = { commit: 4, many: 1, close: 1, crash: 2, takeover: 2, wake: 1, late: 1 } as const
const kinds = Object.entries(weights) as [keyof typeof weights, number][]
const step = fc.tuple(
  fc.oneof(...kinds.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }))),
  fc.nat(300),
)

test('no sequence of commits, crashes at any byte, reopenings and takeovers loses a line or counts one too many', async (t) => {
  const folder = tempDir(t)
  let round = 0
  const holds = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const world = await openWorld(join(folder, String(round++)))
    for (const [kind, n] of steps) {
      await world[kind](n)
      await world.check()
    }
    await world.end()
    await world.check()
  })
  await fc.assert(holds, { numRuns: 100 })
})
