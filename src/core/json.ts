/** The object that a text is as JSON; of another value an empty one, and nothing when it is no JSON. */
export function parseObject<T>(text: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? value : {}
  } catch {
    return undefined
  }
}
