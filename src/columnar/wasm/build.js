// Compiles the kernel and puts it into a module, so that the library reads no file to have it. The first step of a build.

import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = new URL('./', import.meta.url)
const target = new URL('../kernel-bytes.ts', import.meta.url)
const changedMs = (url) => (existsSync(url) ? statSync(url).mtimeMs : 0)

if (readdirSync(folder).some((name) => changedMs(new URL(name, folder)) > changedMs(target))) {
  let wasm
  const { error, stderr } = await asc.main(
    [
      'kernel.ts',
      '--outFile',
      'kernel.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
    ].concat(['--baseDir', fileURLToPath(folder)]),
    {
      writeFile(name, contents) {
        if (name === 'kernel.wasm') wasm = contents
      },
    },
  )
  if (error) throw new Error(`${stderr}`, { cause: error })
  writeFileSync(
    target,
    `// Made from src/columnar/wasm by the build.\n\n/** The kernel, as base64. */\nexport const kernelBytes =\n  '${Buffer.from(wasm).toString('base64')}'\n`,
  )
}
