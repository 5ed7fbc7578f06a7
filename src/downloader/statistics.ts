/** What a downloader has done. */
export interface Statistics {
  /** Objects asked for whose fetching has ended. */
  readonly total: number
  readonly successful: number
  readonly failed: number
  /** Requests that were made again, listings included. */
  readonly retries: number
  /** From 0 to 1; 0 while nothing was fetched. */
  readonly successRate: number
}

export function openStatistics() {
  let [successful, failed, retries] = [0, 0, 0]
  return {
    retried: (): void => void retries++,
    /** Counts a piece of work as it ends. */
    async counted<T>(work: () => Promise<T>): Promise<T> {
      try {
        const result = await work()
        successful++
        return result
      } catch (error) {
        failed++
        throw error
      }
    },
    now(): Statistics {
      const total = successful + failed
      return { total, successful, failed, retries, successRate: total === 0 ? 0 : successful / total }
    },
    reset(): void {
      ;[successful, failed, retries] = [0, 0, 0]
    },
  }
}
