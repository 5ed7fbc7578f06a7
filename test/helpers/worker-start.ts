import type { Start } from '../../src/core/messages.ts'

/** What a worker begins with, where a test has no wishes of its own. */
export const workerStart = (own: Partial<Start> = {}): Start => ({
  module: 'file:///recipes.js',
  recipe: 'names',
  params: {},
  epoch: '20240301-1',
  durability: 'rename',
  timeoutMs: 7000,
  lowLevelRetries: 3,
  mostRejects: 0,
  bytesPerSecond: 0,
  leaseBytes: 1,
  cores: 2,
  busyCores: new Int32Array(new SharedArrayBuffer(4)),
  ...own,
})
