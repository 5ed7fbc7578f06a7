// Inflates a file to nowhere with Node's own zlib, and prints how many bytes came out.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

const mebibyte = 1024 * 1024
const [, , path = ''] = process.argv
const chunks = createReadStream(path, { highWaterMark: mebibyte })
  .on('error', fail)
  .pipe(createGunzip({ chunkSize: mebibyte }))
let bytes = 0
for await (const chunk of chunks as AsyncIterable<Buffer>) bytes += chunk.length
process.stdout.write(String(bytes))

function fail(error: Error): void {
  throw error
}
