import type { Unit } from '../core/recipe.ts'

/** Where a day's file is. */
export type Origin =
  | { readonly kind: 'object'; readonly key: string; readonly etag?: string; readonly size?: number }
  | { readonly kind: 'file'; readonly path: string; readonly size: number }
  | { readonly kind: 'stdin' }

/** One day of a dataset. */
export interface FlatUnit extends Unit {
  readonly date: string
  readonly origin: Origin
}
