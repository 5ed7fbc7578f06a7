#!/usr/bin/env node
// CommonJS, because all of this counts only before the first ES module is loaded.
// One pool for the inflating, reading and writing of all worker threads: four at a time for each file, and four besides, so
// that none waits for another's. It starts as fast as a small one; a thread that works costs about 1 MB.
const [, workers = '4'] = /(?:^| )--workers[ =](\d+)/.exec(process.argv.join(' ')) ?? []
const { UV_THREADPOOL_SIZE = String(4 * Number(workers) + 4) } = process.env
Object.assign(process.env, { UV_THREADPOOL_SIZE, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' })
// The batches that pass lie outside of V8's heap, and each 20 MB of them would make it look through all of that: a tenth of
// all CPU. Like this it is each 60 MB, for 25 MB more of memory.
process.getBuiltinModule('node:v8').setFlagsFromString('--heap-growing-percent=400')
// Also hides flags that hold secrets from `ps`.
process.title = 'millrace'

void import('./main.ts').then(({ main }) => main(process.argv.slice(2)))
