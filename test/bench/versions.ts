import { readFileSync } from 'node:fs'

const root = new URL('../../../', import.meta.url)
const versionIn = (path: string): string =>
  (JSON.parse(readFileSync(new URL(path, root), 'utf8')) as { version: string }).version

const packages = ['csv-parse', 'parquet-wasm', 'apache-arrow', '@duckdb/node-api', 'nodejs-polars'] as const

/** By name, what takes part, as it is installed. */
export const versions: Readonly<Record<string, string>> = {
  node: process.versions.node,
  millrace: versionIn('package.json'),
  ...Object.fromEntries(packages.map((name) => [name, versionIn(`node_modules/${name}/package.json`)])),
}

/** Up to 0.24 scanCSV aborts the process at a .csv.gz (built without the feature); 0.26 streams it. */
export const polarsInflates = Number(versions['nodejs-polars']?.split('.')[1]) >= 26
