import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'

const below = ['core', 'columnar', 'datasets', 'lake', 'remote']
const stages = ['sources', 'transforms', 'sinks']

/** The folders that a folder may import from, statically or not, types or not. A stage imports no stage. */
const floors: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  columnar: ['core', 'columnar'],
  datasets: ['core', 'datasets'],
  remote: ['core', 'remote'],
  lake: ['core', 'columnar', 'datasets', 'lake'],
  ...Object.fromEntries(stages.map((folder) => [folder, below])),
  pipelines: [...below, ...stages, 'pipelines'],
  downloader: [...below, ...stages, 'pipelines', 'downloader'],
  cli: [...below, ...stages, 'pipelines', 'cli'],
  testing: ['core', 'testing'],
  'index.ts': [...below, ...stages, 'pipelines', 'downloader'],
}

/** Where a package may be imported at run time, and in how many files. One that is not named here has no door. */
const doors: Readonly<Record<string, { readonly where: RegExp; readonly files: number }>> = {
  '@aws-sdk/client-s3': { where: /^remote\/bucket\.ts$/, files: 1 },
  '@aws-sdk/credential-provider-ini': { where: /^remote\/credentials\.ts$/, files: 1 },
  'csv-parse': { where: /^(transforms\/parse-csv-compat\.ts|columnar\/.*)$/, files: 1 },
  '@bokuweb/zstd-wasm': { where: /^lake\//, files: 1 },
  'parquet-wasm': { where: /^lake\//, files: 1 },
  hyparquet: { where: /^lake\//, files: 1 },
  'hyparquet-compressors': { where: /^lake\//, files: 1 },
  'stream-throttle': { where: /^core\/throttle\.ts$/, files: 1 },
  'apache-arrow': { where: /^(?!core\/)/, files: Number.POSITIVE_INFINITY },
  yargs: { where: /^cli\//, files: Number.POSITIVE_INFINITY },
  ora: { where: /^cli\//, files: Number.POSITIVE_INFINITY },
}

/** What no code says, but in the files named. */
const banned: readonly { readonly what: string; readonly says: RegExp; readonly but?: RegExp }[] = [
  { what: 'fetch', says: /(?<![.\w])fetch\(/, but: /^remote\/api\.ts$/ },
  {
    what: 'HTTP',
    says: /'node:https?'/,
    but: /^(remote\/(api|probe|straight-body)|testing\/(s3|rest)-[a-z]+)\.ts$/,
  },
  { what: 'the process', says: /\bprocess\.[a-z]|'node:process'/, but: /^cli\// },
  { what: 'the console', says: /\bconsole\.[a-z]/, but: /^cli\// },
  {
    what: 'a worker thread',
    says: /'node:worker_threads'/,
    but: /^(core\/(pool-thread|byte-thread|serve-bytes|work-thread|serve-work)|pipelines\/worker|downloader\/(open-downloader-sync|sync-thread))\.ts$/,
  },
  { what: "Arrow's row accessors", says: /\.(getChild|getChildAt|toArray|toJSON)\(/ },
]

const root = new URL('../../', import.meta.url)
const files = (readdirSync(new URL('src', root), { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.c?ts$/.test(file) && !file.startsWith('columnar/wasm/'))
  .sort()
const texts = new Map(files.map((file) => [file, readFileSync(new URL(`src/${file}`, root), 'utf8')]))
const withoutComments = (text: string): string => text.replaceAll(/^\s*\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')

interface Import {
  readonly from: string
  readonly typeOnly: boolean
}

function importsOf(text: string): Import[] {
  const statics = text.matchAll(/^(?:import|export) ((type )?[^'"]*? from )?'([^']+)'/gm)
  const calls = text.matchAll(/(typeof )?\b(?:import|require)\(\s*'([^']+)'/g)
  return [
    ...[...statics].map(([, , type, from = '']) => ({ from, typeOnly: type !== undefined })),
    ...[...calls].map(([, type, from = '']) => ({ from, typeOnly: type !== undefined })),
  ]
}

const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

for (const [file, text] of texts) {
  const floor = file.split('/')[0] as string
  const code = withoutComments(text)

  test(`src/${file} imports from its floor and below, and packages by their doors`, () => {
    for (const { from, typeOnly } of importsOf(code)) {
      const target = posix.join(posix.dirname(file), from).split('/')[0] as string
      if (from.startsWith('.')) assert.ok(floors[floor]?.includes(target), `it may not import ${from}`)
      else if (!typeOnly && !from.startsWith('node:'))
        assert.match(file, doors[packageOf(from)]?.where ?? /^$/, `it may not import ${from}`)
    }
  })

  test(`src/${file} has at most 250 lines and says nothing that is banned`, () => {
    assert.ok(text.split('\n').length <= 251, `${text.split('\n').length - 1} lines`)
    for (const { what, says, but } of banned) if (!but?.test(file)) assert.doesNotMatch(code, says, what)
  })

  if (stages.includes(floor))
    test(`src/${file} has a test of its name`, () => {
      const name = `test/${file.replace(/\.ts$/, '.test.ts')}`
      assert.ok(existsSync(new URL(name, root)), `${name} is missing`)
    })
}

for (const [name, { files: most }] of Object.entries(doors)) {
  test(`${name} comes in by one door`, () => {
    const through = files.filter((file) =>
      importsOf(withoutComments(texts.get(file) as string)).some(
        ({ from, typeOnly }) => packageOf(from) === name && !typeOnly,
      ),
    )
    assert.ok(through.length <= most, through.join(', '))
  })
}
