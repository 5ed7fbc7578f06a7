// Compiles each of the modules below and puts it into one of the library, which so reads no file to have it. The first step
// of a build.

import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = new URL('./', import.meta.url)
const changedMs = (url) => (existsSync(url) ? statSync(url).mtimeMs : 0)
const sourcesMs = Math.max(...readdirSync(folder).map((name) => changedMs(new URL(name, folder))))

const sharedMemory = ['--enable', 'threads', '--importMemory', '--sharedMemory', '--maximumMemory', '65536']
/** The encoder's columns grow as they come; the memory of the others is laid out once. */
const modules = [
  { name: 'kernel', runtime: 'stub' },
  { name: 'encoder', runtime: 'minimal' },
  { name: 'inflater', runtime: 'stub' },
  { name: 'md5', runtime: 'stub', more: sharedMemory },
]

for (const { name, runtime, more = [] } of modules) {
  const target = new URL(`../${name}-bytes.ts`, import.meta.url)
  if (sourcesMs < changedMs(target)) continue
  let wasm
  const { error, stderr } = await asc.main(
    [
      `${name}.ts`,
      '--outFile',
      'module.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      runtime,
      '--enable',
      'simd',
      ...more,
    ].concat(['--baseDir', fileURLToPath(folder)]),
    {
      writeFile(file, contents) {
        if (file === 'module.wasm') wasm = contents
      },
    },
  )
  if (error) throw new Error(`${stderr}`, { cause: error })
  writeFileSync(
    target,
    `// Made from src/columnar/wasm by the build.\n\n/** The ${name}, as base64. */\nexport const ${name}Bytes =\n  '${Buffer.from(wasm).toString('base64')}'\n`,
  )
}
