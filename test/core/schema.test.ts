import assert from 'node:assert/strict'
import { test } from 'node:test'
import { from } from '../../src/core/pipeline.ts'
import type { Batch } from '../../src/core/schema.ts'
import { type Bytes, type Sink, type Source, sink, source, transform } from '../../src/core/stage.ts'

// The assertions of this file are made by the compiler: an unused `@ts-expect-error` is an error of the build.

type Trades = { readonly ticker: 'utf8'; readonly price: 'float64'; readonly size: 'int64' }

async function* nothing<T>(): AsyncGenerator<T> {}
const sourceOf = <T>(): Source<T> => source('source', () => nothing<T>())
const sinkOf = <T>(): Sink<T> => sink('sink', () => async () => {})
const needsPrice = transform<Batch<{ price: 'float64' }>, Bytes>('needs price', () => nothing<Bytes>)

/** A stage that keeps all columns, needs one, and lets the compiler see both. */
const keepAbove = <S extends { readonly price: 'float64' }>(_least: number) =>
  transform<Batch<S>, Batch<S>>('keep above', () => nothing<Batch<S>>)

const columnsOf = <S extends Readonly<Record<string, string>>>() => ({
  pick: <K extends keyof S & string>(...names: K[]) => names,
})

test('a stage accepts a batch with the column it needs, and with more', () => {
  const bytes = sinkOf<Bytes>()
  from(sourceOf<Batch<{ price: 'float64' }>>()).through(needsPrice).into(bytes)
  const chain = from(sourceOf<Batch<Trades>>()).through(keepAbove<Trades>(1)).through(needsPrice).into(bytes)
  assert.deepEqual(
    chain.stages.map(({ name }) => name),
    ['source', 'keep above', 'needs price', 'sink'],
  )
})

test('a stage refuses a batch without its column, or with another kind of it', () => {
  // @ts-expect-error there is no price
  from(sourceOf<Batch<{ prize: 'float64' }>>()).through(needsPrice)
  // @ts-expect-error the price is text
  from(sourceOf<Batch<{ price: 'utf8' }>>()).through(needsPrice)
  // @ts-expect-error the price may be missing
  from(sourceOf<Batch<Partial<Trades>>>()).through(needsPrice)
  // @ts-expect-error nothing is known of the columns
  from(sourceOf<Batch>()).through(needsPrice)
})

test('a misspelt column does not compile', () => {
  assert.deepEqual(columnsOf<Trades>().pick('ticker', 'price'), ['ticker', 'price'])
  // @ts-expect-error the column is called price
  columnsOf<Trades>().pick('prise')
})

test('bytes and batches do not fit each other', () => {
  // @ts-expect-error a batch is not bytes
  from(sourceOf<Batch<Trades>>()).into(sinkOf<Bytes>())
  // @ts-expect-error bytes are no batch
  from(sourceOf<Bytes>()).through(needsPrice)
})

test('a sink of fewer columns takes a batch of more, and not the other way round', () => {
  from(sourceOf<Batch<Trades>>()).into(sinkOf<Batch<{ size: 'int64' }>>())
  // @ts-expect-error price and ticker are missing
  from(sourceOf<Batch<{ size: 'int64' }>>()).into(sinkOf<Batch<Trades>>())
})

test('a chain without a sink is no pipeline', () => {
  const flow = from(sourceOf<Bytes>())
  assert.ok(!('stages' in flow))
  // @ts-expect-error only a finished chain has stages
  void flow.stages
})
