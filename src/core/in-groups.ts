/**
 * Does for all that have been asked for meanwhile at once what would be done for each: while one group is done, the next
 * one gathers. Groups do not overlap, and keep the order in which they were asked for. Each promise settles as its group
 * does.
 */
export function inGroups<T>(act: (group: readonly T[]) => Promise<void>): (one: T) => Promise<void> {
  let next: { readonly group: T[]; readonly done: Promise<void> } | undefined
  let last: Promise<unknown> = Promise.resolve()
  return (one) => {
    if (next === undefined) {
      const group: T[] = []
      const begin = (): Promise<void> => {
        next = undefined
        return act(group)
      }
      const done = last.then(begin)
      last = done.catch(() => {})
      next = { group, done }
    }
    next.group.push(one)
    return next.done
  }
}
