import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../../test/golden/', import.meta.url)

/**
 * Compares a text with the file of that name under `test/golden`. A file that is missing is written, which fails where
 * nobody would look at it (`CI=true`); another text is left beside it as `name.changed.ext`.
 */
export async function matchesGolden(name: string, text: string): Promise<void> {
  const path = fileURLToPath(new URL(name, folder))
  const changed = path.replace(/(\.\w+)$/, '.changed$1')
  const { CI } = process.env
  const golden = await readFile(path, 'utf8').catch(() => undefined)
  if (golden === undefined) {
    await writeFile(path, text)
    assert.notEqual(CI, 'true', `${path} was missing: look at it and commit it`)
  } else if (golden === text) await rm(changed, { force: true })
  else {
    await writeFile(changed, text)
    assert.equal(text, golden, `see ${changed}`)
  }
}
