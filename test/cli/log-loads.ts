import { appendFileSync } from 'node:fs'
import { type ResolveHook, register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

// Given to `node --import`, it names itself as the hooks, which run in a thread of their own.
if (isMainThread) register(import.meta.url)

/** Writes down the address of every module, as it is asked for. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const found = await next(specifier, context)
  const { MILLRACE_TEST_LOADS = '/dev/null' } = process.env
  appendFileSync(MILLRACE_TEST_LOADS, `${found.url}\n`)
  return found
}
