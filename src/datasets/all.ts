import { cryptoDaily, cryptoMinute, cryptoTrades } from './crypto.ts'
import type { Dataset } from './dataset.ts'
import { forexDaily, forexMinute, forexQuotes } from './forex.ts'
import { futuresCbot, futuresCme, futuresComex, futuresNymex } from './futures.ts'
import { indicesDaily, indicesMinute, indicesValues } from './indices.ts'
import { optionsDaily, optionsMinute, optionsQuotes, optionsTrades } from './options.ts'
import { stocksDaily, stocksMinute, stocksQuotes, stocksTrades } from './stocks.ts'

/** Every dataset, in the order in which they are listed. Adding one here adds its recipe, its flags and its help. */
export const datasets: readonly Dataset[] = [
  ...[stocksTrades, stocksQuotes, stocksMinute, stocksDaily],
  ...[optionsTrades, optionsQuotes, optionsMinute, optionsDaily],
  ...[indicesValues, indicesMinute, indicesDaily],
  ...[forexQuotes, forexMinute, forexDaily],
  ...[cryptoTrades, cryptoMinute, cryptoDaily],
  ...[futuresCbot, futuresCme, futuresComex, futuresNymex].flatMap((exchange): Dataset[] =>
    Object.values(exchange),
  ),
]
