import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exitOf, listen, millrace, recipeFile, startMillrace } from './spawn-millrace.ts'

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

describe('signals', () => {
  for (const [name, code] of Object.entries(codes) as [keyof typeof codes, number][]) {
    test(`${name} stops a run cleanly, with its report and exit ${code}`, async () => {
      const child = startMillrace(['run', `${recipeFile('endless.js')}#endless`])
      const words = listen(child.stderr)
      await words.until('three pieces are out')
      child.kill(name)
      assert.equal(await exitOf(child), code)
      assert.match(words.all(), /stopping; once more leaves at once\n0 files done \(1 not finished\).*\n$/)
    })

    test(`a second ${name} leaves at once, with exit ${code}`, async () => {
      const child = startMillrace(['run', `${recipeFile('endless.js')}#deaf`])
      const words = listen(child.stderr)
      await words.until('hears no signal')
      child.kill(name)
      await words.until('once more leaves at once')
      child.kill(name)
      assert.equal(await exitOf(child), code)
    })
  }

  test('a signal while a recipe is being loaded leaves at once, with exit 130', async () => {
    const child = startMillrace(['run', recipeFile('slow-to-load.mjs')])
    await listen(child.stderr).until('loading')
    child.kill('SIGINT')
    assert.equal(await exitOf(child), 130)
  })

  test('a signal after the report leaves at once, with exit 130', async () => {
    const { code, stderr } = await millrace(['run', `${recipeFile('endless.js')}#late`])
    assert.match(stderr, /^1 {2}.*\n1 file done.*\n$/)
    assert.equal(code, 130)
  })

  test('--json reports an interrupt, too', async () => {
    const child = startMillrace(['run', `${recipeFile('endless.js')}#told`, '--json'])
    const [data, words] = [listen(child.stdout), listen(child.stderr)]
    await words.until('three pieces are out')
    child.kill('SIGINT')
    assert.equal(await exitOf(child), 130)
    assert.equal(JSON.parse(data.all()).exit, 130)
  })
})
