import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { refuseLinks } from '../../src/core/links.ts'
import { tempDir } from '../helpers/temp-dir.ts'

/** A root that is itself a link, and links in it. */
function linked(t: Parameters<typeof tempDir>[0]) {
  const folder = tempDir(t)
  const root = join(folder, 'root')
  mkdirSync(join(folder, 'real', 'table'), { recursive: true })
  mkdirSync(join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'real'), root)
  symlinkSync(join(folder, 'elsewhere'), join(root, 'out'))
  symlinkSync('table', join(root, 'inner'))
  symlinkSync(join(folder, 'nowhere'), join(root, 'table', 'dangling'))
  writeFileSync(join(root, 'file'), '')
  return { folder, root }
}

for (const fine of ['', 'table', 'table/date=2024-03-01', 'new/and/deeper', 'file/below', '..hidden'])
  test(`a root that is a link may be written at ${fine || 'itself'}`, (t) => {
    const { root } = linked(t)
    return refuseLinks(root, join(root, fine))
  })

const refused: readonly (readonly [string, RegExp])[] = [
  ['out', /root\/out is a link to .*elsewhere, and nothing is written through it/],
  ['out/date=2024-03-01', /root\/out is a link/],
  ['inner', /root\/inner is a link to table/],
  ['table/dangling/deeper', /dangling is a link to .*nowhere/],
  ['..', /is not inside/],
  ['../elsewhere', /is not inside/],
  ['table/../../elsewhere', /is not inside/],
]
for (const [path, says] of refused)
  test(`${path} is refused`, async (t) => {
    const { root } = linked(t)
    await assert.rejects(refuseLinks(root, `${root}/${path}`), (error) => {
      assert.ok(error instanceof WriteError && error.hint !== undefined, String(error))
      assert.match(error.message, says)
      return true
    })
  })
