import { nearest } from '../core/nearest.ts'

/** What was probably meant, as a sentence: the nearest of `known` when it is close, else all of them. */
export function didYouMean(given: string, known: readonly string[]): string {
  const name = nearest(given, known)
  return name === undefined ? `known: ${known.join(', ')}` : `did you mean ${name}?`
}
