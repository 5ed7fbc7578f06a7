import assert from 'node:assert/strict'
import { readdirSync, readlinkSync } from 'node:fs'
import { extname, join } from 'node:path'
import { feed } from './collect.ts'
import { type Rig, rejectsWith } from './fed-laws.ts'

/** A rig whose output lies in a folder. */
export interface SinkRig<In> extends Rig<In> {
  readonly root: string
  readBack(): unknown
}

type SinkLaw = <In>(rig: SinkRig<In>) => Promise<void>

/** What every sink keeps besides; one that writes no files keeps these without trying. */
export const commitLaws: Readonly<Record<string, SinkLaw>> = {
  async 'shows nothing under a final name, or a like one, until all is written'({ cuts, run, root }) {
    const seen = new Set<string>()
    const watched = feed(async function* () {
      for (const chunk of cuts.by(Math.ceil(cuts.length / 3))) {
        yield chunk
        for (const path of filesUnder(root)) seen.add(path)
      }
    })
    await run(watched)
    const endings = new Set(filesUnder(root).map((path) => extname(path)))
    assert.deepEqual(
      [...seen].filter((path) => endings.has(extname(path))),
      [],
    )
  },

  async 'leaves what an earlier run wrote as it was when it fails'({ cuts, run, root, readBack }) {
    const earlier = await run(feed(cuts.whole))
    const files = filesUnder(root)
    if (files.length === 0) return
    const error = new Error('the second run fails')
    const failing = feed(async function* () {
      yield* cuts.whole
      throw error
    })
    await rejectsWith(error, run(failing))
    assert.deepEqual(filesUnder(root), files)
    assert.deepEqual(await readBack(), earlier)
  },
}

/** Paths of all files below a folder, relative to it. */
export const filesUnder = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .sort()

/** Files below a folder that this process holds open; known on Linux only. */
export function openUnder(root: string): string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      const path = targetOf(`/proc/self/fd/${fd}`)
      return path?.startsWith(root) ? [`open: ${path.slice(root.length + 1)}`] : []
    })
  } catch {
    return []
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}
