import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextPath } from '../../src/remote/api-errors.ts'

const cursor = '/stocks/v1/splits?cursor=YXA9'

const asked: readonly (readonly [base: string, next: string, path: string])[] = [
  ['https://api.massive.com', `https://api.massive.com${cursor}`, cursor],
  ['https://api.massive.com', `https://api.polygon.io${cursor}`, cursor],
  ['http://127.0.0.1:8080', `https://api.massive.com${cursor}`, cursor],
  ['http://127.0.0.1:8080', `http://127.0.0.1:8080${cursor}`, cursor],
  ['https://proxy.example/massive/', `https://proxy.example/massive${cursor}`, cursor],
  ['https://proxy.example/massive', `https://api.massive.com${cursor}`, cursor],
  ['https://api.massive.com', cursor, cursor],
  ['https://api.massive.com', `https://api.massive.com${cursor}&apiKey=k`, cursor],
]

for (const [baseUrl, next, path] of asked)
  test(`at ${baseUrl}, ${next} is asked for as ${path}`, () => {
    assert.equal(nextPath(next, { baseUrl, path: '/x' }), path)
  })

const refused: readonly (readonly [base: string, next: string, host: string])[] = [
  ['https://api.massive.com', `https://evil.example${cursor}`, 'evil.example'],
  ['https://api.massive.com', `https://api.massive.com:444${cursor}`, 'api.massive.com:444'],
  ['https://api.massive.com', `https://api.massive.com@evil.example${cursor}`, 'evil.example'],
  ['https://api.massive.com', `//evil.example${cursor}`, 'evil.example'],
  ['http://127.0.0.1:8080', `http://127.0.0.1:8081${cursor}`, '127.0.0.1:8081'],
]

for (const [baseUrl, next, host] of refused)
  test(`at ${baseUrl}, ${next} is an error that names ${host}`, () => {
    assert.throws(() => nextPath(next, { baseUrl, path: '/x' }), {
      reason: 'data',
      message: new RegExp(`another host: ${host.replaceAll('.', '\\.')}$`),
    })
  })
