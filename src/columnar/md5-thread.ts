// Where a thread begins that goes on with the texts of `md5Lanes`.
import { serveWork } from '../core/serve-work.ts'
import { type Md5Home, type Md5Part, startMd5Engine } from './md5-engine.ts'

serveWork((home: Md5Home) => {
  const engine = startMd5Engine(home)
  return (parts: readonly Md5Part[]) => engine.take(parts)
})
