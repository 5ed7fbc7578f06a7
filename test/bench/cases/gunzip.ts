// Inflates files to nowhere with Node's own zlib, so many at a time, and prints how many bytes came out.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

const mebibyte = 1024 * 1024
const [, , most, ...paths] = process.argv
let bytes = 0

async function inflate(path: string): Promise<void> {
  const chunks = createReadStream(path, { highWaterMark: mebibyte })
    .on('error', fail)
    .pipe(createGunzip({ chunkSize: mebibyte }))
  for await (const chunk of chunks as AsyncIterable<Buffer>) bytes += chunk.length
}

async function inflateNext(): Promise<void> {
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) await inflate(path)
}

await Promise.all(Array.from({ length: Number(most) }, inflateNext))
process.stdout.write(String(bytes))

function fail(error: Error): void {
  throw error
}
