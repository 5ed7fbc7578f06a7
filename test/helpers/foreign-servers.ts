import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'
import { tempDir } from './temp-dir.ts'

export const bucket = 'flatfiles'
export const region = 'us-east-1'

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** An S3 server that we did not write, at work. */
export interface ForeignServer {
  readonly port: number
  readonly keys: Keys
  put(key: string, body: Buffer): Promise<unknown>
}

type Start = (t: TestContext) => Promise<{ readonly port: number; readonly keys: Keys }>

const ours: Keys = { accessKeyId: 'only-for-tests', secretAccessKey: 'only-for-tests' }

async function startS3rver(t: TestContext) {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: tempDir(t),
    configureBuckets: [],
  })
  const { port } = await server.run()
  t.after(() => server.close())
  return { port, keys: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } }
}

/** Servers that are programs of their own, with how each is told its folder, its port and its keys. */
const programs: Readonly<Record<string, (folder: string, at: string) => readonly string[]>> = {
  minio: (folder, at) => ['server', '--quiet', '--address', at, folder],
  versitygw: (folder, at) => ['--quiet', '--port', at, 'posix', folder],
}
const env = {
  MINIO_ROOT_USER: ours.accessKeyId,
  MINIO_ROOT_PASSWORD: ours.secretAccessKey,
  ROOT_ACCESS_KEY_ID: ours.accessKeyId,
  ROOT_SECRET_ACCESS_KEY: ours.secretAccessKey,
}

const startProgram =
  (program: string, args: (folder: string, at: string) => readonly string[]): Start =>
  async (t) => {
    const port = await freePort()
    const child = spawn(program, args(tempDir(t), `127.0.0.1:${port}`), {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    t.after(() => child.kill('SIGKILL'))
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
      await wait(50)
    }
    return { port, keys: ours }
  }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const tell = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', tell(true)).on('error', tell(false))
  })

const isThere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** Each with the reason why it cannot be asked here, if there is one. */
export const foreignServers: readonly {
  readonly name: string
  readonly skip: string | false
  start(t: TestContext): Promise<ForeignServer>
}[] = [
  { name: 's3rver', skip: false as const, open: startS3rver },
  ...Object.entries(programs).map(([name, args]) => ({
    name,
    skip: isThere(name) ? (false as const) : `no ${name} on this machine`,
    open: startProgram(name, args),
  })),
].map(({ name, skip, open }) => ({ name, skip, start: (t) => withBucket(t, open) }))

async function withBucket(t: TestContext, open: Start): Promise<ForeignServer> {
  const { port, keys } = await open(t)
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region,
    forcePathStyle: true,
    credentials: keys,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  t.after(() => client.destroy())
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return {
    port,
    keys,
    put: (key, body) => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })),
  }
}
