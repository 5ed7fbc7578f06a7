import { char, NotJson, skipChar, skipSpace, skipString, skipValue, textAt } from './json-scan.ts'

/** Reads the fields of objects that are alike, and hands on those that somebody wants. */
export interface FieldReader<T> {
  /** Reads the object at `at`. @returns its end. */
  read(bytes: Buffer, at: number): number
  /** Somebody wants what stands at a path. */
  want(path: readonly string[], by: T): void
}

export interface FieldEvents<T> {
  value(by: T, bytes: Buffer, start: number, end: number): void
  /** A field that nobody wants; called once for each name. */
  unwanted(name: string): void
}

/** What is known of the fields of one object, in the order in which they were first seen: rows are alike. */
interface Fields<T> {
  readonly nodes: Map<string, Node<T>>
  readonly seen: Seen<T>[]
}

interface Node<T> {
  readonly wantedBy: T[]
  readonly fields: Fields<T>
}

interface Seen<T> {
  /** With both its quotes, so that no name is taken for a longer one. */
  readonly key: Uint8Array
  readonly node: Node<T> | undefined
}

/** Names that are never the same, as in an object that is a table, must not be kept. */
const mostSeen = 1000

const noFields = <T>(): Fields<T> => ({ nodes: new Map(), seen: [] })

export function createFieldReader<T>({ value, unwanted }: FieldEvents<T>): FieldReader<T> {
  const top = noFields<T>()
  const told = new Set<string>()
  const nodeAt = (fields: Fields<T>, [name = '', ...rest]: readonly string[]): Node<T> => {
    const node = fields.nodes.get(name) ?? { wantedBy: [], fields: noFields<T>() }
    fields.nodes.set(name, node)
    return rest.length === 0 ? node : nodeAt(node.fields, rest)
  }
  const learn = (fields: Fields<T>, bytes: Buffer, at: number): Seen<T> => {
    const end = skipString(bytes, at)
    const name = textAt(bytes, at, end)
    const node = fields.nodes.get(name)
    if (node === undefined && !told.has(name) && told.size < mostSeen) {
      told.add(name)
      unwanted(name)
    }
    const one = { key: new Uint8Array(bytes.subarray(at, end)), node }
    if (fields.seen.length < mostSeen) fields.seen.push(one)
    return one
  }
  const readField = (node: Node<T> | undefined, bytes: Buffer, start: number): number => {
    if (node === undefined) return skipValue(bytes, start)
    if (node.fields.nodes.size > 0 && bytes[start] === char.openObject)
      return readObject(node.fields, bytes, start)
    const end = skipValue(bytes, start)
    for (const by of node.wantedBy) value(by, bytes, start, end)
    return end
  }
  // As `eachMember`, which would have to find the end of every name.
  const readObject = (fields: Fields<T>, bytes: Buffer, at: number): number => {
    let i = skipSpace(bytes, skipChar(bytes, at, char.openObject))
    if (bytes[i] === char.closeObject) return i + 1
    for (let next = 0; ; next++) {
      const found = find(fields.seen, bytes, i, next)
      if (found >= 0) next = found
      const { key, node } = fields.seen[found] ?? learn(fields, bytes, i)
      const start = skipSpace(bytes, skipChar(bytes, skipSpace(bytes, i + key.length), char.colon))
      i = skipSpace(bytes, readField(node, bytes, start))
      if (bytes[i] === char.closeObject) return i + 1
      i = skipSpace(bytes, skipChar(bytes, i, char.comma))
    }
  }
  return {
    read: (bytes, at) => readObject(top, bytes, at),
    want: (path, by) => void nodeAt(top, path).wantedBy.push(by),
  }
}

/** Which of the fields seen is the one at `at`: most likely the one after that before it; -1 when it is new. */
function find<T>(seen: readonly Seen<T>[], bytes: Buffer, at: number, next: number): number {
  if (bytes[at] !== char.quote) throw new NotJson(bytes, at)
  for (let i = next; i < seen.length; i++) if (isAt(bytes, at, (seen[i] as Seen<T>).key)) return i
  const most = Math.min(next, seen.length)
  for (let i = 0; i < most; i++) if (isAt(bytes, at, (seen[i] as Seen<T>).key)) return i
  return -1
}

function isAt(bytes: Buffer, at: number, key: Uint8Array): boolean {
  for (let i = 1; i < key.length; i++) if (bytes[at + i] !== key[i]) return false
  return true
}
