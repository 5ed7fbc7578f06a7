import { readFileSync } from 'node:fs'

/** Of this program, as its `package.json` says. */
export function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
}
