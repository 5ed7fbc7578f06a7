#!/usr/bin/env node
// CommonJS, because all of this counts only before the first ES module is loaded.
const { UV_THREADPOOL_SIZE = '8' } = process.env
Object.assign(process.env, { UV_THREADPOOL_SIZE, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' })
// Also hides flags that hold secrets from `ps`.
process.title = 'millrace'

void import('./main.ts').then(({ main }) => main(process.argv.slice(2)))
