/** At most so many requests in any span of `everyMs`; none of them is 0: no limit. */
export interface RequestRate {
  readonly requests: number
  readonly everyMs: number
}

export const noRequestLimit: RequestRate = { requests: 0, everyMs: 0 }
